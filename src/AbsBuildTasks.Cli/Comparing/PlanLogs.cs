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

        var top = Path.GetFullPath(Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(files[0]))!);
        var found = files.GroupBy(file => RepositoryFolder(file, top)).SelectMany(group => In(group.Key, path, [.. group], most)).ToDictionary(log => log.File, log => log.Log, StringComparer.Ordinal);
        PlanLog[] logs = [.. files.Select(file => found[file])];
        var twice = logs.GroupBy(log => log.Model, StringComparer.Ordinal).Where(group => group.Count() > 1).SelectMany(group => group).ToHashSet();
        return [.. logs.Zip(files, (log, file) => twice.Contains(log) ? log with { Model = PlanPaths.Key(Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/')) } : log)];
    }

    /// <summary>The folder that tells a file's repository: what was named, but for a checkout below it.</summary>
    private static string RepositoryFolder(string file, string top)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        while (folder.Length > top.Length && !Path.Exists(Path.Combine(folder, ".git")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    /// <summary>The histories of files of one repository: one git reads the contents of all.</summary>
    private static IReadOnlyList<(string File, PlanLog Log)> In(string folder, string named, IReadOnlyList<string> files, int most)
    {
        var repository = GitRepository.Of(folder);
        var isShallow = repository.IsShallow();
        using var contents = repository.Open();
        return [.. files.Select(file => (file, Of(file) is var log && isShallow ? log with { IsCut = true } : log))];

        PlanLog Of(string file)
        {
            var path = repository.Prefix + Path.GetRelativePath(folder, Path.GetFullPath(file)).Replace(Path.DirectorySeparatorChar, '/');

            // One more than is shown tells whether there are more.
            var commits = repository.Log(path, most + 1);
            PlanVersion[] committed = [.. commits.Take(most).Select(commit => Version(contents, commit, path))];
            PlanVersion[] onDisk = [.. OnDisk(file, committed)];
            PlanVersion[] versions = [.. onDisk, .. committed];
            var model = Array.Find(versions, version => version.Plan is not null)?.Plan!.Model ?? PlanPaths.Key(Path.GetFileName(file));
            return versions.Length > 0
                ? new(model, versions, commits.Count > most)
                : throw new AbsException(AbsCodes.PlanNotFound, $"No commit of this branch has '{Printable.Escape(named == file ? path : Path.GetRelativePath(named, file))}', and it is not on disk.");
        }
    }

    private static PlanVersion Version(GitContents contents, GitCommit commit, string path) => contents.TryRead(commit.Hash, path, PlanJson.MaxLength, out var content)
        ? Read(commit.Hash, commit.Date, commit.Subject, () => PlanFile.Read(content, $"{commit.Hash[..8]}:{path}").Plan)
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
