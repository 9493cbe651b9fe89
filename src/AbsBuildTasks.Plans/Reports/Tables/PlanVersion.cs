using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>A snapshot as a commit left it.</summary>
/// <param name="Commit">The commit's hash; null for the file on disk, which is in none.</param>
/// <param name="Date">The commit's day, <c>2026-01-31</c>; empty for none.</param>
/// <param name="Subject">The commit message's first line; for the file on disk what it is.</param>
/// <param name="Plan">The plan; null where the commit removed it, or it cannot be read.</param>
/// <param name="Problem">Why it cannot be read; null where it can, or is gone.</param>
internal sealed record PlanVersion(string? Commit, string Date, string Subject, CompressionPlan? Plan, string? Problem = null);
