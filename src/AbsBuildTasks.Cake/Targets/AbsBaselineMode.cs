namespace AbsBuildTasks.Cake.Targets;

/// <summary>What a plan is that has drifted too far from a release.</summary>
public enum AbsBaselineMode
{
    /// <summary>It fails the build.</summary>
    Error,

    /// <summary>The build warns.</summary>
    Warn,
}
