using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>What came of checking a plan against its snapshot.</summary>
internal sealed record SnapshotResult
{
    /// <summary>How the plan fared.</summary>
    public required SnapshotOutcome Outcome { get; init; }

    /// <summary>The model's snapshot files. The received one exists unless the plan passed.</summary>
    public required SnapshotPaths Paths { get; init; }

    /// <summary>What the policy does not allow; empty unless the outcome is a mismatch.</summary>
    public IReadOnlyList<SnapshotViolation> Violations { get; init; } = [];

    /// <summary>What a message names of them: of the metric, the cost, and the decisions the first each, up to three; empty unless the outcome is a mismatch.</summary>
    public IReadOnlyList<SnapshotViolation> Leading { get; init; } = [];

    /// <summary>Everything that changed, allowed or not; null where there is no snapshot.</summary>
    public PlanDiff? Diff { get; init; }

    /// <summary>Where the first decision of <see cref="Leading"/>, or else its first value, stands in the verified file; null unless a mismatch.</summary>
    public TextPosition? Position { get; init; }
}
