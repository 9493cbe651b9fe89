namespace AbsBuildTasks.Cake.Targets;

/// <summary>Which reports lie beside a plan.</summary>
public enum AbsReportMode
{
    /// <summary>A page, and the same in Markdown.</summary>
    Html,

    /// <summary>These, and the page's charts as a picture.</summary>
    All,

    /// <summary>None.</summary>
    Off,
}
