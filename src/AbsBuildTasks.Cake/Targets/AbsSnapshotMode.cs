namespace AbsBuildTasks.Cake.Targets;

/// <summary>What becomes of a plan that differs from its snapshot.</summary>
public enum AbsSnapshotMode
{
    /// <summary>The build fails.</summary>
    Verify,

    /// <summary>The build fails, and writes no file.</summary>
    Compare,

    /// <summary>The plan becomes the snapshot.</summary>
    Accept,

    /// <summary>Nothing: snapshots are not looked at.</summary>
    Off,
}
