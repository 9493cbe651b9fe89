using System.Text;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Reports.Layout;

/// <summary>Writes one section of a report as Markdown.</summary>
/// <param name="text">Receives it.</param>
/// <param name="limit">The length that the text may grow to.</param>
internal sealed class MarkdownSection(StringBuilder text, int limit)
{
    private const int NameLength = 80;
    private const int SayingLength = 200;

    // Room for what follows a table: the fold's end, the count of what is missing, and a short line.
    private const int Reserve = 200;
    private const int ShortLine = 120;

    private static readonly ShortNames Alone = new([], NameLength);

    public void Write(ReportSection section, bool isFirst)
    {
        if (section.Title.Count > 0)
        {
            Paragraph((isFirst ? "### " : "#### ") + Cells(section.Title));
        }

        foreach (var block in section.Blocks)
        {
            switch (block)
            {
                case ReportLine line:
                    Line(Cells(line.Cells));
                    break;
                case ReportTable table:
                    Table(table);
                    break;
            }
        }
    }

    private static string Cells(IReadOnlyList<ReportCell> cells) => string.Concat(cells.Select(cell => Cell(cell, Alone)));

    private static string Cell(ReportCell cell, ShortNames names)
    {
        var value = Value(cell.Text, cell, names) + MarkdownText.Prose(Printable.Escape(cell.Detail));
        return cell.Before is { } before ? $"{Value(before, cell, names)} → {value}" : value;
    }

    private static string Value(string value, ReportCell cell, ShortNames names) => cell switch
    {
        { IsName: true, IsLong: true } => MarkdownText.Name(value, SayingLength),
        { IsName: true } => MarkdownText.Code(names.Of(value)),
        _ => MarkdownText.Prose(Printable.Escape(value)),
    };

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Head(ReportTable table, int[] columns) =>
        Row(columns.Select(column => MarkdownText.Prose(Printable.Escape(table.Columns[column].Title)))) + "\n"
        + Row(columns.Select(column => table.Columns[column].IsNumber ? "---:" : "---"));

    private void Line(string line) => Paragraph(line.Length <= ShortLine || HasRoomFor(line) ? line : "...");

    private void Table(ReportTable table)
    {
        if (table.Rows.Count == 0)
        {
            return;
        }

        var names = table.Names(NameLength);
        string[][] rows = [.. table.Rows.Select(row => row.Select((cell, column) => Cell(cell, names[column])).ToArray())];
        int[] columns = [.. Enumerable.Range(0, table.Columns.Count).Where(column => rows.Any(row => row[column].Length > 0))];
        string[] lines = [.. rows.Select(row => Row(columns.Select(column => row[column])))];
        var head = Head(table, columns);
        var written = Rows(head, lines.Take(table.OpenRows));
        if (written == Math.Min(table.OpenRows, table.Rows.Count) && written < table.Rows.Count && HasRoomFor(head + head))
        {
            var rest = table.Rows.Count - written;
            Paragraph($"<details><summary>{(written > 0 ? Counted.More(rest, table.RowName) : Counted.Of(rest, table.RowName))}</summary>");
            written += Rows(head, lines.Skip(written));
            More(table, written);
            Paragraph("</details>");
        }
        else
        {
            More(table, written);
        }
    }

    private int Rows(string head, IEnumerable<string> rows)
    {
        var written = 0;
        foreach (var row in rows)
        {
            var lines = written == 0 ? head + "\n" + row : row;
            if (!HasRoomFor(lines))
            {
                break;
            }

            if (written == 0 && text.Length > 0)
            {
                text.Append('\n');
            }

            text.Append(lines).Append('\n');
            written++;
        }

        return written;
    }

    private void More(ReportTable table, int written)
    {
        if (written < table.Rows.Count)
        {
            Paragraph($"and {Counted.More(table.Rows.Count - written, table.RowName)}");
        }
    }

    private bool HasRoomFor(string lines) => text.Length + lines.Length + Reserve <= limit;

    private void Paragraph(string line) => text.Append(text.Length > 0 ? "\n" : "").Append(line).Append('\n');
}
