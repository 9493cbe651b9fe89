using System.Text;
using AbsBuildTasks.Plans.Reports.Layout;

namespace AbsBuildTasks.Plans.Reports;

/// <summary>Writes one section of a report as Markdown.</summary>
/// <param name="text">Receives it.</param>
/// <param name="limit">The length that the text may grow to.</param>
internal sealed class MarkdownSection(StringBuilder text, int limit)
{
    private const int NameLength = 60;
    private const int SayingLength = 200;

    // Room for what closes a table: the fold's end and the count of what is missing.
    private const int Reserve = 200;

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

    private static string Cells(IReadOnlyList<ReportCell> cells) => string.Concat(cells.Select(Cell));

    private static string Cell(ReportCell cell)
    {
        var value = Value(cell.Text, cell) + MarkdownText.Prose(Printable.Escape(cell.Detail));
        return cell.Before is { } before ? $"{Value(before, cell)} → {value}" : value;
    }

    private static string Value(string value, ReportCell cell) =>
        cell.IsName ? MarkdownText.Name(value, cell.IsLong ? SayingLength : NameLength) : MarkdownText.Prose(Printable.Escape(value));

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Head(ReportTable table, int[] columns) =>
        Row(columns.Select(column => MarkdownText.Prose(table.Columns[column].Title))) + "\n"
        + Row(columns.Select(column => table.Columns[column].IsNumber ? "---:" : "---"));

    private void Line(string line)
    {
        if (text.Length + line.Length + Reserve <= limit)
        {
            Paragraph(line);
        }
    }

    private void Table(ReportTable table)
    {
        if (table.Rows.Count == 0)
        {
            return;
        }

        int[] columns = [.. Enumerable.Range(0, table.Columns.Count).Where(column => table.Rows.Any(row => Cell(row[column]).Length > 0))];
        var head = Head(table, columns);
        var written = Rows(table, columns, head, table.Rows.Take(table.OpenRows));
        if (written == Math.Min(table.OpenRows, table.Rows.Count) && written < table.Rows.Count && HasRoomFor(head + head))
        {
            var rest = table.Rows.Count - written;
            Paragraph($"<details><summary>{(written > 0 ? Counted.More(rest, table.RowName) : Counted.Of(rest, table.RowName))}</summary>");
            written += Rows(table, columns, head, table.Rows.Skip(written));
            More(table, written);
            Paragraph("</details>");
        }
        else
        {
            More(table, written);
        }
    }

    private int Rows(ReportTable table, int[] columns, string head, IEnumerable<IReadOnlyList<ReportCell>> rows)
    {
        var written = 0;
        foreach (var row in rows.Select(cells => Row(columns.Select(column => Cell(cells[column])))))
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
