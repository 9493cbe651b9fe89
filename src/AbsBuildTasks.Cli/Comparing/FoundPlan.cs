using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>A plan to compare.</summary>
/// <param name="Key">What it is matched by: its folder below the one that was named, and its model.</param>
/// <param name="Plan">The plan.</param>
/// <param name="File">The file on disk; null where it comes from a commit.</param>
internal sealed record FoundPlan(string Key, CompressionPlan Plan, string? File);
