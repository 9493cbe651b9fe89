using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Git;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>What <c>abs diff</c> is asked to compare.</summary>
/// <param name="First">A plan file or a folder.</param>
/// <param name="Second">What to compare it with; null for a snapshot or a commit.</param>
/// <param name="Base">The commit to compare with; null for the snapshot or the usual branch.</param>
/// <param name="IsDirect">Whether to compare with the commit itself, instead of where the current branch left it.</param>
/// <param name="PullRequestBase">The base branch as the build server names it, or null.</param>
internal sealed record DiffRequest(string First, string? Second, string? Base, bool IsDirect, string? PullRequestBase)
{
    /// <summary>Compares, and looks for plans in the place of what is compared that wait for being accepted; not where two files were named.</summary>
    /// <exception cref="AbsException">A file is no plan, is not there, or git does not have it; or there is no plan at all.</exception>
    public PlanSetDiff Compare()
    {
        var diff = CompareGiven();
        if (Second is null || Directory.Exists(Second))
        {
            diff = diff with { Unaccepted = Unaccepted.In(Second ?? First) };
        }

        return diff.Models.Count + diff.Unaccepted.Count > 0
            ? diff
            : throw new AbsException(AbsCodes.PlanNotFound, $"There is no plan in '{Printable.Escape(First)}', nor in {Printable.Escape(Second is null ? diff.Base! : $"'{Second}'")}: nothing was compared. Name a plan file, or a folder with snapshots in it or below.");
    }

    private PlanSetDiff CompareGiven()
    {
        Require(First);
        if (Second is { } second)
        {
            Require(second);
            return Directory.Exists(First) != Directory.Exists(second)
                ? throw new AbsException(AbsCodes.PlanNotFound, $"'{Printable.Escape(First)}' and '{Printable.Escape(second)}' are a file and a folder; name two files or two folders.")
                : Directory.Exists(second)
                    ? PlanComparison.Between(null, ReadFolder(First), ReadFolder(second))
                    : PlanComparison.Between(null, FoundPlan.Of(First), FoundPlan.Of(second));
        }

        if (Base is null && !IsDirect && File.Exists(First) && !First.EndsWith(PlanPaths.Verified, StringComparison.Ordinal))
        {
            var snapshot = Snapshots.Of(First) ?? throw NoSnapshot(First);
            return PlanComparison.Between($"its snapshot, {snapshot}", FoundPlan.Of(snapshot), FoundPlan.Of(First));
        }

        return CompareWithCommit();
    }

    private static void Require(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw new AbsException(AbsCodes.PlanNotFound, $"There is no file or folder '{Printable.Escape(path)}'; name a plan file, or a folder of plans such as AbsPlans.");
        }
    }

    private static FoundPlan[] ReadFolder(string folder) =>
        [.. PlanPaths.In(folder).Select(file => new FoundPlan(PlanPaths.Key(Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')), PlanFile.Read(file).Plan, file))];

    private static AbsException NoSnapshot(string plan) =>
        new(AbsCodes.PlanNotFound, $"'{Printable.Escape(plan)}' has no snapshot {Printable.Escape(PlanPaths.Key(Path.GetFileName(plan)))}{PlanPaths.Verified} beside it, nor in an AbsPlans folder above; name what to compare with, or a commit with --base.");

    private PlanSetDiff CompareWithCommit()
    {
        var isFolder = Directory.Exists(First);

        // What is committed of a built or received plan is its snapshot.
        var committed = isFolder ? First : Snapshots.PathOf(First);
        var repository = GitRepository.Of(isFolder ? First : Path.GetDirectoryName(Path.GetFullPath(committed))!);
        var basis = GitBase.Of(repository, Base, PullRequestBase, IsDirect);
        var diff = isFolder
            ? PlanComparison.Between(basis.Words, ReadCommit(repository, basis.Commit), ReadFolder(First))
            : CompareFile(repository, basis, Path.GetFileName(committed));
        return repository.Head() is { } head ? diff.At(GitBase.Short(head)) : diff;
    }

    private PlanSetDiff CompareFile(GitRepository repository, GitBase basis, string name)
    {
        var after = FoundPlan.Of(First);
        return CommittedPlan.Find(repository, basis.Commit, repository.Prefix + name) is { } committed
            ? PlanComparison.Between(basis.Words, Found("", committed), after)
            : PlanComparison.Between(basis.Words + ", which has no such plan", [], [after]);
    }

    private static FoundPlan Found(string key, CommittedPlan committed) => new(key, committed.Plan, null) { Kept = committed.Kept };

    private static FoundPlan[] ReadCommit(GitRepository repository, string commit)
    {
        using var contents = repository.Open();
        var files = repository.Files(commit, repository.Prefix.TrimEnd('/')).ToDictionary(file => file.Path, StringComparer.Ordinal);
        return
        [
            .. files.Values
                .Where(file => PlanPaths.IsSnapshot(file.Path))
                .Select(file => Found(
                    PlanPaths.Key(file.Path[repository.Prefix.Length..]),
                    CommittedPlan.Read(contents, commit, file, files.GetValueOrDefault(SnapshotInputs.PathOf(file.Path)!)))),
        ];
    }
}
