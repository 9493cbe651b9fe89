namespace AbsBuildTasks.Cake.Targets;

/// <summary>Which reports lie beside a plan.</summary>
public enum AbsReportMode
{
    /// <summary>A page.</summary>
    Html,

    /// <summary>A page, and its charts as a picture.</summary>
    All,

    /// <summary>None.</summary>
    Off,
}
