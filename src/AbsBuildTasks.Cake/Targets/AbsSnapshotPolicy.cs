namespace AbsBuildTasks.Cake.Targets;

/// <summary>Which differences from a snapshot fail.</summary>
public enum AbsSnapshotPolicy
{
    /// <summary>Any.</summary>
    Exact,

    /// <summary>Only what gets worse, beyond the tolerance.</summary>
    NoRegression,

    /// <summary>Metrics and costs get no worse than another seed may make them.</summary>
    Noise,
}
