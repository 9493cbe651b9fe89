namespace AbsBuildTasks.Plans.Reports.Layout;

/// <summary>Lays out rows of cells as text.</summary>
internal static class TextColumns
{
    private const string Gap = "  ";

    /// <summary>
    /// Pads cells to the width of their column. The last cell of a row may be as long as it likes, and a column that is
    /// empty in every row takes no room.
    /// </summary>
    /// <param name="rows">Cells of each row; rows may have fewer than others.</param>
    /// <param name="rightAligned">Columns whose cells end below each other, as numbers do.</param>
    public static IReadOnlyList<string> Align(IEnumerable<string[]> rows, params int[] rightAligned)
    {
        string[][] table = [.. rows];
        var columns = table.Select(row => row.Length).DefaultIfEmpty().Max();
        int[] widths = [.. Enumerable.Range(0, columns).Select(column => table.Max(row => Width(row, column, columns)))];
        return
        [
            .. table.Select(row => string.Join(
                Gap,
                row.Select((cell, column) => (Column: column, Text: rightAligned.Contains(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column])))
                    .Where(cell => widths[cell.Column] > 0)
                    .Select(cell => cell.Text)).TrimEnd()),
        ];
    }

    private static int Width(string[] row, int column, int columns)
    {
        // A short row's last cell runs on over the columns it does not have.
        var runsOn = column == row.Length - 1 && row.Length < columns;
        return column >= row.Length || runsOn ? 0 : row[column].Length;
    }
}
