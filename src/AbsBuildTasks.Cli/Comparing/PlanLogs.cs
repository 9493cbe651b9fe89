using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Git;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>Reads the histories of snapshots from git.</summary>
internal static class PlanLogs
{
    /// <summary>The history of a snapshot, or of each below a folder.</summary>
    /// <param name="path">A plan's file, whose snapshot is meant, or a folder.</param>
    /// <param name="most">The most versions of each.</param>
    /// <exception cref="AbsException">There is no snapshot (ABS4007), or no git repository or commit (ABS4006).</exception>
    public static IReadOnlyList<PlanLog> Of(string path, int most)
    {
        if (!Directory.Exists(path) && !File.Exists(path))
        {
            throw new AbsException(AbsCodes.PlanNotFound, $"There is no file or folder '{Printable.Escape(path)}'; name a snapshot, or a folder such as AbsPlans.");
        }

        string[] files = Directory.Exists(path) ? [.. PlanPaths.In(path).Where(PlanPaths.IsSnapshotName)] : [Snapshots.PathOf(path)];
        if (files.Length == 0)
        {
            throw new AbsException(AbsCodes.PlanNotFound, $"There is no snapshot in '{Printable.Escape(path)}' or below; accept a plan first, or name another folder.");
        }

        PlanLog[] logs = [.. files.Select(file => Of(path, file, most))];
        var twice = logs.GroupBy(log => log.Model, StringComparer.Ordinal).Where(group => group.Count() > 1).SelectMany(group => group).ToHashSet();
        return [.. logs.Zip(files, (log, file) => twice.Contains(log) ? log with { Model = PlanPaths.Key(Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/')) } : log)];
    }

    private static PlanLog Of(string named, string file, int most)
    {
        var repository = GitRepository.Of(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var path = repository.Prefix + Path.GetFileName(file);

        // One more than is shown tells whether there are more.
        var commits = repository.Log(path, most + 1);
        using var contents = repository.Open();
        PlanVersion[] committed = [.. commits.Take(most).Select(commit => Version(repository, contents, commit, path))];
        PlanVersion[] onDisk = [.. OnDisk(file, committed)];
        PlanVersion[] versions = [.. onDisk, .. committed];
        var model = Array.Find(versions, version => version.Plan is not null)?.Plan!.Model ?? PlanPaths.Key(Path.GetFileName(file));
        return versions.Length > 0
            ? new(model, versions, commits.Count > most || repository.IsShallow())
            : throw new AbsException(AbsCodes.PlanNotFound, $"No commit of this branch has '{Printable.Escape(named == file ? path : Path.GetRelativePath(named, file))}', and it is not on disk.");
    }

    private static PlanVersion Version(GitRepository repository, GitContents contents, GitCommit commit, string path) => repository.File(commit.Hash, path) is { } file
        ? Read(commit.Hash, commit.Date, commit.Subject, () => PlanFile.Read(contents.Read(file, PlanJson.MaxLength), $"{commit.Hash[..8]}:{path}").Plan)
        : new(commit.Hash, commit.Date, commit.Subject, null);

    /// <summary>The snapshot as it is now, where that is not what was committed last.</summary>
    private static IEnumerable<PlanVersion> OnDisk(string file, IReadOnlyList<PlanVersion> committed)
    {
        if (!File.Exists(file))
        {
            yield break;
        }

        var now = Read(null, "", "not committed", () => PlanFile.Read(file).Plan);
        if (committed is not [{ Plan: { } last }, ..] || now.Plan is not { } plan || !PlanDiff.Between(last, plan).IsEmpty)
        {
            yield return now;
        }
    }

    private static PlanVersion Read(string? commit, string date, string subject, Func<CompressionPlan> read)
    {
        try
        {
            return new(commit, date, subject, read());
        }
        catch (AbsException exception) when (exception.Code == AbsCodes.InvalidPlan)
        {
            return new(commit, date, subject, null, exception.Message);
        }
    }
}
