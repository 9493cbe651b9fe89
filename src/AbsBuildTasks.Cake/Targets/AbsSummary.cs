namespace AbsBuildTasks.Cake.Targets;

/// <summary>Whether changed plans are summed up where the build server shows it.</summary>
public enum AbsSummary
{
    /// <summary>On the build servers that have a place for it.</summary>
    Auto,

    /// <summary>No.</summary>
    Off,
}
