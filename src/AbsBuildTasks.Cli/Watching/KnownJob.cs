using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Cli.Watching;

/// <summary>The job of a queue that a search is, or was given to.</summary>
/// <param name="Record">Its place in the queue, as the build that submitted it wrote down. Only the queue knows whether it is still there.</param>
/// <param name="HasResult">Whether it has made its plan, which no build has taken yet.</param>
internal sealed record KnownJob(JobRecord Record, bool HasResult)
{
    /// <summary>The job of a search; null where it has none.</summary>
    public static KnownJob? Of(KnownSearch search)
    {
        var folder = JobFolder.In(search.Folder);
        return JobRecord.Read(folder) is { Id.Length: > 0 } record ? new(record, Directory.Exists(folder.Result)) : null;
    }
}
