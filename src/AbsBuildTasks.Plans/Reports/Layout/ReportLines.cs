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
    private const int Further = 4;

    private static readonly ShortNames Alone = new([], NameWidth);

    /// <summary>Every line as its pieces; a line without pieces is empty.</summary>
    /// <param name="report">What to lay out.</param>
    /// <param name="width">The width there is, in characters: lines break between columns and words, as far as those fit.</param>
    public static IReadOnlyList<IReadOnlyList<TextSpan>> Of(Report report, int width = int.MaxValue)
    {
        var lines = new List<IReadOnlyList<TextSpan>>();
        foreach (var section in report.Sections)
        {
            if (lines.Count > 0)
            {
                lines.Add([]);
            }

            lines.AddRange(Of(section, width));
        }

        return lines;
    }

    private static string Print(ReportCell cell, ShortNames names)
    {
        var text = Shown(cell.Text) + Printable.Escape(cell.Detail);
        return cell.Before is { } before ? $"{Shown(before)} -> {text}" : text;

        string Shown(string value) => cell is { IsName: true, IsLong: false } ? names.Of(value) : Printable.Shorten(value, TextWidth);
    }

    private static IEnumerable<IReadOnlyList<TextSpan>> Of(ReportSection section, int width)
    {
        if (section.Title.Count > 0)
        {
            foreach (var line in LineBreaks.Of(Spans(section.Title, CellTone.Strong), width))
            {
                yield return line;
            }
        }

        var indent = section.Title.Count > 0 ? Indent : "";
        foreach (var line in section.Blocks.SelectMany((block, index) => Spaced(Of(block, width == int.MaxValue ? width : Math.Max(1, width - indent.Length)), index > 0 && block is ReportTable { HasTitles: true })))
        {
            yield return indent.Length == 0 || line.Count == 0 ? line : [new TextSpan(indent, CellTone.Plain), .. line];
        }
    }

    private static IEnumerable<IReadOnlyList<TextSpan>> Of(ReportBlock block, int width) => block switch
    {
        ReportLine line => LineBreaks.Of(Spans(line.Cells, CellTone.Plain), width),
        ReportTable { Columns.Count: 1 } table => Rows(table, int.MaxValue).SelectMany(row => LineBreaks.Of(row, width)),
        ReportTable table => Rows(table, width),
        _ => throw new ArgumentException(Invariant($"{block.GetType().Name} has no lines."), nameof(block)),
    };

    private static IEnumerable<IReadOnlyList<TextSpan>> Spaced(IEnumerable<IReadOnlyList<TextSpan>> lines, bool isSpaced) =>
        isSpaced ? lines.Prepend([]) : lines;

    private static TextSpan[] Spans(IReadOnlyList<ReportCell> cells, CellTone otherwise) =>
        [.. cells.Select(cell => new TextSpan(Print(cell, Alone), cell.Tone == CellTone.Plain ? otherwise : cell.Tone))];

    private static IEnumerable<IReadOnlyList<TextSpan>> Rows(ReportTable table, int width)
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
        var parts = Parts(shown, widths, width);
        for (var row = 0; row < texts.Length; row++)
        {
            foreach (var (columns, start) in parts)
            {
                // What would be empty but for the space before it is no line.
                if (start == 0 || columns.Any(column => texts[row][column].Length > 0))
                {
                    yield return [new(new(' ', start), CellTone.Plain), .. columns.SelectMany(column => Padded(texts[row][column], cells[row][column].Tone, widths[column], table.Columns[column].IsNumber, isFirst: column == columns[0]))];
                }
            }
        }
    }

    /// <summary>Columns that fit side by side, each group a line; those after the first start further in.</summary>
    private static List<(int[] Columns, int Start)> Parts(int[] shown, int[] widths, int width)
    {
        var parts = new List<(int[] Columns, int Start)>();
        for (var first = 0; first < shown.Length;)
        {
            var (count, start) = (1, first == 0 ? 0 : Further);
            var room = (long)width - start - widths[shown[first]];
            while (first + count < shown.Length && room >= Gap.Length + widths[shown[first + count]])
            {
                room -= Gap.Length + widths[shown[first + count]];
                count++;
            }

            parts.Add(([.. shown.Skip(first).Take(count)], start));
            first += count;
        }

        return parts;
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
