using System.Xml.Linq;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>Makes HTML elements.</summary>
internal static class Html
{
    /// <summary>The longest name that a page shows.</summary>
    public const int NameLength = 80;

    private static readonly char[] Joints = ['.', '/', '_'];

    /// <summary>An element; texts in it may hold any characters.</summary>
    public static XElement Element(string name, params object?[] content) => new(name, content.Select(part => part is string text ? Markup.Valid(text) : part));

    public static XAttribute Class(string name) => new("class", name);

    /// <summary>A name from a plan: its direction of writing does not reach beyond it.</summary>
    public static XElement Name(string name) => Shown(Printable.Shorten(name, NameLength));

    /// <summary>A name from a plan, printable.</summary>
    public static XElement Shown(string name) => Element("bdi", Class("name"), Breakable(name));

    /// <summary>A name that may break behind a dot, a slash or an underscore, and nowhere else as long as there is room.</summary>
    private static object[] Breakable(string name)
    {
        var parts = new List<object>();
        for (var start = 0; start < name.Length;)
        {
            var end = name.IndexOfAny(Joints, start) is >= 0 and var joint ? joint + 1 : name.Length;
            parts.Add(new XText(Markup.Valid(name.Substring(start, end - start))));
            start = end;
            if (start < name.Length)
            {
                parts.Add(new XElement("wbr"));
            }
        }

        return [.. parts];
    }

    /// <summary>Names that stand side by side in a table, as they are shown.</summary>
    public static ShortNames Names(IEnumerable<string> names) => new(names, NameLength);

    /// <summary>A text with a capital at its beginning.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text.Substring(1);

    /// <summary>A part of the page with a heading.</summary>
    public static XElement Section(string id, object heading, params object?[] content) => Element(
        "section",
        new XAttribute("id", id),
        new XAttribute("aria-labelledby", id + "-heading"),
        Element("h2", new XAttribute("id", id + "-heading"), heading),
        content);

    /// <summary>Charts side by side as far as there is room.</summary>
    public static XElement Charts(IEnumerable<Chart> charts) => Element("div", Class("charts"), charts.Select(chart => chart.ToElement()));

    /// <summary>Something to open.</summary>
    public static XElement Fold(string summary, params object?[] content) => Fold([new XText(Markup.Valid(summary))], content);

    /// <inheritdoc cref="Fold(string, object?[])"/>
    public static XElement Fold(XNode[] summary, params object?[] content) => Element("details", Element("summary", [.. summary]), content);

    /// <summary>A table that scrolls sideways by itself, also by keyboard, where it is wider than the page.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="columns">Headings; those of columns that <paramref name="isNumber"/> names are aligned with their numbers.</param>
    /// <param name="isNumber">Whether a column holds numbers.</param>
    /// <param name="rows">Rows of cells: texts or elements. The first cell is the row's heading.</param>
    public static XElement Table(string caption, IReadOnlyList<string> columns, Func<int, bool> isNumber, IEnumerable<object[]> rows)
    {
        return Element(
            "div",
            Class("scroll"),
            new XAttribute("role", "region"),
            new XAttribute("aria-label", caption),
            new XAttribute("tabindex", "0"),
            Element(
                "table",
                Element("caption", caption),
                Element("thead", Element("tr", columns.Select((column, index) => Heading(column, index)))),
                Element("tbody", rows.Select(row => Element("tr", row.Select(Cell))))));

        // A heading of no text is none.
        XElement Heading(string column, int index) => column.Length == 0 ? Element("td") : Element("th", new XAttribute("scope", "col"), Alignment(index), column);

        XElement Cell(object content, int index) => index == 0
            ? Element("th", new XAttribute("scope", "row"), content)
            : Element("td", Alignment(index), content);

        XAttribute? Alignment(int index) => isNumber(index) ? Class("number") : null;
    }
}
