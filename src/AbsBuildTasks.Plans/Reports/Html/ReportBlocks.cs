using System.Xml.Linq;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>Writes what is laid out for every form as elements of a page.</summary>
internal static class ReportBlocks
{
    private const int SayingLength = 200;

    private static readonly ShortNames Alone = new([], Html.NameLength);

    /// <summary>Lines as paragraphs, tables as tables, those of one column as lists.</summary>
    /// <param name="blocks">What is laid out.</param>
    /// <param name="about">What tables are about, where a page has several of a kind.</param>
    public static IEnumerable<XElement> Render(IEnumerable<ReportBlock> blocks, string about = "") => blocks.SelectMany(block => block switch
    {
        ReportLine line => [Html.Element("p", Render(line.Cells))],
        ReportTable { Columns.Count: 1 } table => List(table),
        ReportTable table => Tables(table, about),
        _ => throw new ArgumentException($"{block.GetType().Name} has no elements.", nameof(blocks)),
    });

    /// <summary>Pieces of text, one right after the other.</summary>
    public static object[] Render(IEnumerable<ReportCell> cells) => [.. cells.Select(cell => Render(cell, Alone))];

    // A title may hold what a user wrote: a metric's name, a tolerance.
    private static string Title(ReportColumn column) => Markup.Valid(Printable.Escape(Html.Sentence(column.Title)));

    private static IEnumerable<XElement> List(ReportTable table)
    {
        XElement[] items = [.. table.Rows.Select(row => Html.Element("li", Render(row[0], Alone)))];
        yield return Html.Element("h3", Title(table.Columns[0]));
        yield return Html.Element("ul", items.Take(table.OpenRows));
        if (items.Length > table.OpenRows)
        {
            yield return Html.Fold(Counted.More(items.Length - table.OpenRows, table.RowName), Html.Element("ul", items.Skip(table.OpenRows)));
        }
    }

    private static IEnumerable<XElement> Tables(ReportTable table, string about)
    {
        if (table.Rows.Count == 0)
        {
            yield break;
        }

        var names = table.Names(Html.NameLength);
        object[][] rows = [.. table.Rows.Select(row => row.Select((cell, column) => Render(cell, names[column])).ToArray())];
        int[] shown = [.. Enumerable.Range(0, table.Columns.Count).Where(column => table.Rows.Any(row => row[column] != ReportCell.Empty))];
        string[] titles = [.. shown.Select(column => Title(table.Columns[column]))];
        object[][] cells = [.. rows.Select(row => shown.Select(column => row[column]).ToArray())];
        var caption = (about.Length > 0 ? about + ": " : "") + (table.Caption.Length > 0 ? table.Caption : Html.Sentence(table.RowName + "s"));
        if (table.OpenRows > 0)
        {
            yield return Html.Table(caption, titles, IsNumber, cells.Take(table.OpenRows));
        }

        if (cells.Length > table.OpenRows)
        {
            var rest = cells.Length - table.OpenRows;
            yield return Html.Fold(table.OpenRows > 0 ? Counted.More(rest, table.RowName) : Counted.Of(rest, table.RowName), Html.Table($"{caption}, the others", titles, IsNumber, cells.Skip(table.OpenRows)));
        }

        bool IsNumber(int column) => table.Columns[shown[column]].IsNumber;
    }

    private static object Render(ReportCell cell, ShortNames names)
    {
        XNode[] nodes =
        [
            .. cell.Before is { } before ? [Value(cell, before, names), new XText(" → ")] : Array.Empty<XNode>(),
            .. Values(cell, names),
            .. Detail(Markup.Valid(Printable.Escape(cell.Detail))),
        ];
        return cell.Tone switch
        {
            CellTone.Better => Html.Element("span", Html.Class("better"), nodes),
            CellTone.Worse => Html.Element("span", Html.Class("worse"), nodes),
            _ => nodes,
        };
    }

    /// <summary>Text whose lists break behind commas alone: a hyphen within <c>-48-49,-60-63</c> would be a place to break as well.</summary>
    private static IEnumerable<XNode> Detail(string text)
    {
        return text.Contains(',') ? Words(text, word => word.Split(',').SelectMany((part, place) => (XNode[])[.. place > 0 ? [new XText(","), Html.Element("wbr")] : Array.Empty<XNode>(), Unbroken(part)])) : [new XText(text)];
    }

    /// <summary>The same for a cell that says what to type: an option does not break behind its hyphen.</summary>
    private static IEnumerable<XNode> Values(ReportCell cell, ShortNames names)
    {
        var isPlain = cell.IsName || !cell.Text.Contains(" -");
        return isPlain ? [Value(cell, cell.Text, names)] : Words(Markup.Valid(Printable.Escape(cell.Text)), word => [word.StartsWith("-", StringComparison.Ordinal) ? Unbroken(word) : new XText(word)]);
    }

    private static IEnumerable<XNode> Words(string text, Func<string, IEnumerable<XNode>> render) =>
        text.Split(' ').SelectMany((word, index) => (XNode[])[.. index > 0 ? [new XText(" ")] : Array.Empty<XNode>(), .. render(word)]);

    private static XElement Unbroken(string text) => Html.Element("span", Html.Class("unbroken"), text);

    private static XNode Value(ReportCell cell, string text, ShortNames names) => cell switch
    {
        { IsName: true, IsLong: true } => Html.Element("bdi", Printable.Shorten(text, SayingLength)),
        { IsName: true } => Html.Shown(names.Of(text)),
        _ => new XText(Markup.Valid(Printable.Escape(text))),
    };
}
