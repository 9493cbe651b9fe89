using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Snapshots;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>A plan to compare.</summary>
/// <param name="Key">What it is matched by: its folder below the one that was named, and its model.</param>
/// <param name="Plan">The plan.</param>
/// <param name="File">The file on disk; null where it comes from a commit.</param>
internal sealed record FoundPlan(string Key, CompressionPlan Plan, string? File)
{
    /// <summary>A plan on disk that is compared alone.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="AbsException">It is no plan.</exception>
    public static FoundPlan Of(string file) => new("", PlanFile.Read(file).Plan, file);

    /// <summary>What is kept beside it: what it was made from, and by which policy it was judged; null where there is nothing.</summary>
    public SnapshotInputs? Kept { get; init; } = File is null ? null : SnapshotInputs.For(File, Plan);

    /// <summary>What it was made from; null where that is not known.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Entries() => Kept?.Entries ?? (File is null ? null : SnapshotInputs.EntriesOf(File, Plan));

    /// <summary>The ONNX file beside it; null where there is none, or it comes from a commit.</summary>
    public DeliveredFile? Delivered() => File is null ? null : DeliveredFile.TryFind(File);

    /// <summary>Why it was accepted, where it is a snapshot with a reason; null otherwise.</summary>
    /// <exception cref="AbsException">ABS4015: the reasons cannot be read.</exception>
    public string? AcceptedBecause() => File is not null && PlanPaths.IsSnapshotName(File) ? AcceptanceFile.For(AcceptanceFile.PathOf(File), Plan)?.ToString() : null;
}
