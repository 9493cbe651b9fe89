namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>When a plan passes against its snapshot.</summary>
public enum SnapshotPolicy
{
    /// <summary>Every decision, cost and accuracy is equal.</summary>
    Exact,

    /// <summary>Bits, kept filters, bit-operations and size do not rise, and the metric does not fall, beyond tolerances.</summary>
    NoRegression,

    /// <summary>Metrics and costs get no worse than another seed may make them, as far as that was measured; otherwise <see cref="NoRegression"/>.</summary>
    Noise,
}
