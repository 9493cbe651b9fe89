namespace AbsBuildTasks.Plans.Reports.Layout;

/// <summary>What a cell is, for renderers that can show it; the text says the same without.</summary>
internal enum CellTone
{
    /// <summary>Ordinary text.</summary>
    Plain,

    /// <summary>A title.</summary>
    Strong,

    /// <summary>Beside the point.</summary>
    Quiet,

    /// <summary>A change for the better.</summary>
    Better,

    /// <summary>A change for the worse.</summary>
    Worse,
}
