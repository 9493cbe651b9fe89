namespace AbsBuildTasks.Cli.Output;

/// <summary>The forms that plans, diffs and reports are written in, as the command line names them.</summary>
internal static class OutputFormat
{
    /// <summary>Plain text, coloured in a terminal.</summary>
    public const string Text = "text";

    /// <summary>Markdown with tables.</summary>
    public const string Markdown = "markdown";

    /// <summary>A page.</summary>
    public const string Html = "html";

    /// <summary>The charts of a page as one picture.</summary>
    public const string Svg = "svg";

    /// <summary>JSON of a documented shape.</summary>
    public const string Json = "json";
}
