namespace AbsBuildTasks.Cake.Targets;

/// <summary>Whether changed plans are summed up, and failures shown beside the snapshot, where the build server can.</summary>
public enum AbsSummary
{
    /// <summary>On the build servers that have a place for it.</summary>
    Auto,

    /// <summary>No.</summary>
    Off,
}
