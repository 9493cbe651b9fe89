namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>How far one value may get worse.</summary>
/// <param name="Value">At least 0: a share (0.05 for 5 %) where relative, otherwise in the value's own unit.</param>
/// <param name="IsRelative">Whether it is a share of what the snapshot has.</param>
public readonly record struct SnapshotTolerance(double Value, bool IsRelative)
{
    /// <summary>The tolerance in the value's own unit.</summary>
    /// <param name="whole">What a share is a share of.</param>
    /// <param name="unit">What 1 stands for where the tolerance is not relative.</param>
    public double Of(double whole, double unit = 1) => Value * (IsRelative ? Math.Abs(whole) : unit);
}
