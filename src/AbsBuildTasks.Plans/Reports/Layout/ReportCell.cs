namespace AbsBuildTasks.Plans.Reports.Layout;

/// <summary>A piece of a report: data, which each renderer escapes in its own way.</summary>
/// <param name="Text">The text; the later value where the cell shows a change.</param>
internal sealed record ReportCell(string Text)
{
    /// <summary>The cell that shows nothing.</summary>
    public static ReportCell Empty { get; } = new("");

    /// <summary>The earlier value, shown before the text with an arrow between; null where there is none.</summary>
    public string? Before { get; init; }

    /// <summary>Shown after the text, in full length.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether text and earlier value come from outside, such as a layer's name.</summary>
    public bool IsName { get; init; }

    /// <summary>Whether a text from outside says more than a name does, and is cut later.</summary>
    public bool IsLong { get; init; }

    /// <summary>What the cell is.</summary>
    public CellTone Tone { get; init; }

    /// <summary>A name from outside.</summary>
    public static ReportCell Name(string text) => new(text) { IsName = true };

    /// <summary>A text from outside that says something.</summary>
    public static ReportCell Saying(string text) => new(text) { IsName = true, IsLong = true };
}
