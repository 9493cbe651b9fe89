namespace AbsBuildTasks.Cake.Diffs;

/// <summary>How a comparison of plans is written.</summary>
public enum AbsDiffFormat
{
    /// <summary>For a terminal.</summary>
    Text,

    /// <summary>For a pull request.</summary>
    Markdown,

    /// <summary>A page, to open in a browser.</summary>
    Html,

    /// <summary>For programs.</summary>
    Json,
}
