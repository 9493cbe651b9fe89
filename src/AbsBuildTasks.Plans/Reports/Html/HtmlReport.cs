using System.Xml.Linq;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>A plan as a page: one file that needs no other, no network and no script.</summary>
internal static class HtmlReport
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'";
    private const string ScriptPolicy = "script-src 'self'; connect-src 'self'";
    private const int TitleLength = 80;

    /// <summary>Writes a report. The same content gives the same text.</summary>
    /// <returns>HTML with LF at the ends of lines, to be stored as UTF-8.</returns>
    public static string Render(ReportContent content)
    {
        var (plan, model) = (content.Plan, content.ToDiff());
        XElement[] parts = [.. new[]
        {
            FullReport.WarningsOf(content) is { } warnings ? Html.Section("warnings", "Warnings", ReportBlocks.Render([warnings])) : null,
            ChangesPart.Render(model),
            LayersPart.Render(plan, model.Changes),
            FiltersPart.Render(plan),
            CloseCallsPart.Render(plan, content.History),
            content.History is { } history ? SearchPart.Render(plan, history) : null,
            TestTable.Of(content.History?.Test) is { Count: > 0 } test ? Html.Section("test", "Test data", ReportBlocks.Render(test)) : null,
            content.Noise is { } noise ? Html.Section("noise", Html.Sentence(NoiseTable.Title(noise)), Html.Element("p", NoiseTable.Words), ReportBlocks.Render([NoiseTable.Of(noise, plan)])) : null,
            content.Sweep is { } sweep ? SweepPart.Render(sweep) : null,
        }.OfType<XElement>()];
        return Page($"{Printable.Shorten(plan.Model, TitleLength)}: compression plan", HeaderPart.Render(plan, content.File, VerdictPart.Render(model, content.Basis)), parts);
    }

    /// <summary>Writes a report of tables, such as the changes of several models; its first section is the page's head.</summary>
    /// <returns>HTML with LF at the ends of lines, to be stored as UTF-8.</returns>
    public static string Render(Report report)
    {
        var lead = report.Sections[0];
        var header = Html.Element("header", Html.Element("h1", ReportBlocks.Render(lead.Title)), ReportBlocks.Render(lead.Blocks));
        return Page(
            Printable.Shorten(string.Concat(lead.Title.Select(cell => cell.Text)), TitleLength),
            header,
            [.. report.Sections.Skip(1).Select((section, index) => Html.Section(FormattableString.Invariant($"part-{index + 1}"), ReportBlocks.Render(section.Title), ReportBlocks.Render(section.Blocks, Printable.Shorten(section.Title[0].Text, TitleLength))))]);
    }

    /// <summary>A page of parts, with links to them.</summary>
    /// <param name="title">The page's title.</param>
    /// <param name="header">What stands before the parts.</param>
    /// <param name="parts">The parts, each a section with a heading and an id.</param>
    /// <param name="script">The address of a script of the page's own server; null for none.</param>
    internal static string Page(string title, XElement header, XElement[] parts, string? script = null) => "<!DOCTYPE html>\n" + Markup.Write(Html.Element(
        "html",
        new XAttribute("lang", "en"),
        Head(title, script),
        Html.Element(
            "body",
            Html.Element("a", Html.Class("skip"), new XAttribute("href", "#main"), "Skip to the plan"),
            header,
            parts.Length == 0 ? null : Html.Element("nav", new XAttribute("aria-label", "Parts of this report"), Html.Element("ul", parts.Select(Link))),
            Html.Element("main", new XAttribute("id", "main"), new XAttribute("tabindex", "-1"), parts))));

    private static XElement Head(string title, string? script) => Html.Element(
        "head",
        Html.Element("meta", new XAttribute("charset", "utf-8")),
        Html.Element("meta", new XAttribute("http-equiv", "Content-Security-Policy"), new XAttribute("content", script is null ? Policy : $"{Policy}; {ScriptPolicy}")),
        Html.Element("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
        Html.Element("title", title),
        script is null ? null : Html.Element("script", new XAttribute("src", script), new XAttribute("defer", "defer"), ""),
        Html.Element("style", $"\n{ChartStyle.Palette}\n{ChartStyle.Parts}\n{PageStyle.Text}\n"));

    private static XElement Link(XElement part) => Html.Element(
        "li",
        Html.Element("a", new XAttribute("href", "#" + (string)part.Attribute("id")), (string)part.Element("h2")));
}
