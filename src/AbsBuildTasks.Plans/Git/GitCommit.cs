namespace AbsBuildTasks.Plans.Git;

/// <summary>A commit.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Date">The day it was made, <c>2026-01-31</c>.</param>
/// <param name="Subject">The first line of its message.</param>
internal sealed record GitCommit(string Hash, string Date, string Subject)
{
    /// <summary>What git prints of each.</summary>
    public const int Fields = 3;
}
