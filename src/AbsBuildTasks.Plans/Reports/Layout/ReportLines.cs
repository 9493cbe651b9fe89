using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Layout;

/// <summary>Lays a report out in lines of text for a terminal.</summary>
internal static class ReportLines
{
    private const int NameWidth = 80;
    private const int TextWidth = 200;
    private const string Indent = "  ";
    private const string Gap = "  ";

    private static readonly ShortNames Alone = new([], NameWidth);

    /// <summary>Every line as its pieces; a line without pieces is empty.</summary>
    public static IReadOnlyList<IReadOnlyList<TextSpan>> Of(Report report)
    {
        var lines = new List<IReadOnlyList<TextSpan>>();
        foreach (var section in report.Sections)
        {
            if (lines.Count > 0)
            {
                lines.Add([]);
            }

            lines.AddRange(Of(section));
        }

        return lines;
    }

    private static string Print(ReportCell cell, ShortNames names)
    {
        var text = Shown(cell.Text) + Printable.Escape(cell.Detail);
        return cell.Before is { } before ? $"{Shown(before)} -> {text}" : text;

        string Shown(string value) => cell is { IsName: true, IsLong: false } ? names.Of(value) : Printable.Shorten(value, TextWidth);
    }

    private static IEnumerable<IReadOnlyList<TextSpan>> Of(ReportSection section)
    {
        if (section.Title.Count > 0)
        {
            yield return Spans(section.Title, CellTone.Strong);
        }

        var indent = section.Title.Count > 0 ? Indent : "";
        foreach (var line in section.Blocks.SelectMany((block, index) => Spaced(Of(block), index > 0 && block is ReportTable { HasTitles: true })))
        {
            yield return indent.Length == 0 || line.Count == 0 ? line : [new TextSpan(indent, CellTone.Plain), .. line];
        }
    }

    private static IEnumerable<IReadOnlyList<TextSpan>> Of(ReportBlock block) => block switch
    {
        ReportLine line => [Spans(line.Cells, CellTone.Plain)],
        ReportTable table => Rows(table),
        _ => throw new ArgumentException(Invariant($"{block.GetType().Name} has no lines."), nameof(block)),
    };

    private static IEnumerable<IReadOnlyList<TextSpan>> Spaced(IEnumerable<IReadOnlyList<TextSpan>> lines, bool isSpaced) =>
        isSpaced ? lines.Prepend([]) : lines;

    private static TextSpan[] Spans(IReadOnlyList<ReportCell> cells, CellTone otherwise) =>
        [.. cells.Select(cell => new TextSpan(Print(cell, Alone), cell.Tone == CellTone.Plain ? otherwise : cell.Tone))];

    private static IEnumerable<IReadOnlyList<TextSpan>> Rows(ReportTable table)
    {
        IEnumerable<IReadOnlyList<ReportCell>> rows = table.Rows;
        if (table.HasTitles)
        {
            rows = rows.Prepend([.. table.Columns.Select(column => new ReportCell(column.Title) { Tone = CellTone.Quiet })]);
        }

        IReadOnlyList<ReportCell>[] cells = [.. rows];
        var names = table.Names(NameWidth);
        string[][] texts = [.. cells.Select(row => row.Select((cell, column) => Print(cell, names[column])).ToArray())];

        // A column with nothing below its title takes no room.
        int[] shown = [.. Enumerable.Range(0, table.Columns.Count).Where(column => texts.Skip(table.HasTitles ? 1 : 0).Any(row => row[column].Length > 0))];
        int[] widths = [.. table.Columns.Select((_, column) => texts.Max(row => row[column].Length))];
        for (var row = 0; row < texts.Length; row++)
        {
            yield return [.. shown.SelectMany(column => Padded(texts[row][column], cells[row][column].Tone, widths[column], table.Columns[column].IsNumber, isFirst: column == shown[0]))];
        }
    }

    private static IEnumerable<TextSpan> Padded(string text, CellTone tone, int width, bool isNumber, bool isFirst)
    {
        var padding = new string(' ', width - text.Length);
        var gap = isFirst ? "" : Gap;
        yield return new(isNumber ? gap + padding : gap, CellTone.Plain);
        yield return new(text, tone);
        yield return new(isNumber ? "" : padding, CellTone.Plain);
    }
}
