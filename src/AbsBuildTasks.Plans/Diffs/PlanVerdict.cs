namespace AbsBuildTasks.Plans.Diffs;

/// <summary>What becomes of a plan, by which policies, and where.</summary>
/// <param name="Kind">What becomes of it.</param>
internal sealed record PlanVerdict(VerdictKind Kind)
{
    /// <summary>The policies that it was judged by; empty where none is known.</summary>
    public IReadOnlyList<VerdictRule> Rules { get; init; } = [];

    /// <summary>What a person can do about it, a sentence; empty for nothing.</summary>
    public string Remedy { get; init; } = "";

    /// <summary>The commit that is judged; null where it is not known.</summary>
    public string? Commit { get; init; }

    /// <summary>The configuration that was built; null where it is not known.</summary>
    public string? Configuration { get; init; }
}
