using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Snapshots;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>A plan to compare.</summary>
/// <param name="Key">What it is matched by: its folder below the one that was named, and its model.</param>
/// <param name="Plan">The plan.</param>
/// <param name="File">The file on disk; null where it comes from a commit.</param>
internal sealed record FoundPlan(string Key, CompressionPlan Plan, string? File)
{
    /// <summary>The ONNX file beside it; null where there is none, or it comes from a commit.</summary>
    public DeliveredFile? Delivered() => File is null ? null : DeliveredFile.TryFind(File);

    /// <summary>Why it was accepted, where it is a snapshot with a reason; null otherwise.</summary>
    /// <exception cref="Plans.Errors.AbsException">ABS4015: the reasons cannot be read.</exception>
    public string? AcceptedBecause() => File is not null && PlanPaths.IsSnapshotName(File) ? AcceptanceFile.For(AcceptanceFile.PathOf(File), Plan)?.ToString() : null;
}
