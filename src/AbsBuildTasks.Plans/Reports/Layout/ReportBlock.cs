using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Reports.Layout;

/// <summary>A part of a section.</summary>
internal abstract record ReportBlock;

/// <summary>A line of running text.</summary>
/// <param name="Cells">Its pieces, one right after the other.</param>
internal sealed record ReportLine(IReadOnlyList<ReportCell> Cells) : ReportBlock;

/// <summary>A column of a table.</summary>
/// <param name="Title">Its title; may be empty.</param>
/// <param name="IsNumber">Whether its cells end below each other.</param>
internal sealed record ReportColumn(string Title, bool IsNumber = false);

/// <summary>A table.</summary>
/// <param name="Columns">Its columns; one that is empty in every row is not shown.</param>
/// <param name="Rows">Its rows, notable ones first; each has a cell per column.</param>
/// <param name="RowName">What a row is, such as <c>layer</c>.</param>
internal sealed record ReportTable(IReadOnlyList<ReportColumn> Columns, IReadOnlyList<IReadOnlyList<ReportCell>> Rows, string RowName) : ReportBlock
{
    /// <summary>How many rows stand open where a format can fold the others away.</summary>
    public int OpenRows { get; init; } = int.MaxValue;

    /// <summary>What a page calls it; empty for its rows' name.</summary>
    public string Caption { get; init; } = "";

    /// <summary>Whether plain text shows the columns' titles.</summary>
    public bool HasTitles { get; init; } = true;

    /// <summary>The names from outside in each column, as they are shown: alike only where they are the same.</summary>
    /// <param name="length">The longest name that is shown.</param>
    internal ShortNames[] Names(int length) =>
    [
        .. Columns.Select((_, column) => new ShortNames(
            Rows.Select(row => row[column]).Where(cell => cell is { IsName: true, IsLong: false }).SelectMany(cell => cell.Before is { } before ? [before, cell.Text] : new[] { cell.Text }),
            length)),
    ];
}
