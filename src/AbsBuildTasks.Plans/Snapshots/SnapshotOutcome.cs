namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>How a plan fared against its snapshot.</summary>
internal enum SnapshotOutcome
{
    /// <summary>The policy allows the plan.</summary>
    Passed,

    /// <summary>There is no snapshot yet (ABS4002).</summary>
    Missing,

    /// <summary>The policy does not allow the plan (ABS4001).</summary>
    Mismatch,
}
