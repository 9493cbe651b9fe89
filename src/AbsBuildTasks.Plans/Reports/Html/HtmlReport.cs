using System.Xml.Linq;
using AbsBuildTasks.Plans.Reports.Charts;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>A plan as a page: one file that needs no other, no network and no script.</summary>
public static class HtmlReport
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'";
    private const int TitleLength = 80;

    /// <summary>Writes a report. The same content gives the same text.</summary>
    /// <returns>HTML with LF at the ends of lines, to be stored as UTF-8.</returns>
    public static string Render(ReportContent content)
    {
        var plan = content.Plan;
        XElement[] parts = [.. new[]
        {
            content.Snapshot is { } snapshot ? ChangesPart.Render(content, snapshot) : null,
            LayersPart.Render(plan),
            FiltersPart.Render(plan),
            content.History is { } history ? SearchPart.Render(plan, history) : null,
            content.Sweep is { } sweep ? SweepPart.Render(sweep) : null,
        }.OfType<XElement>()];
        var page = Html.Element(
            "html",
            new XAttribute("lang", "en"),
            Head($"{Printable.Shorten(plan.Model, TitleLength)}: compression plan"),
            Html.Element(
                "body",
                Html.Element("a", Html.Class("skip"), new XAttribute("href", "#main"), "Skip to the plan"),
                HeaderPart.Render(plan),
                Html.Element("nav", new XAttribute("aria-label", "Parts of this report"), Html.Element("ul", parts.Select(Link))),
                Html.Element("main", new XAttribute("id", "main"), new XAttribute("tabindex", "-1"), parts)));
        return "<!DOCTYPE html>\n" + Markup.Write(page);
    }

    private static XElement Head(string title) => Html.Element(
        "head",
        Html.Element("meta", new XAttribute("charset", "utf-8")),
        Html.Element("meta", new XAttribute("http-equiv", "Content-Security-Policy"), new XAttribute("content", Policy)),
        Html.Element("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
        Html.Element("title", title),
        Html.Element("style", $"\n{ChartStyle.Palette}\n{ChartStyle.Parts}\n{PageStyle.Text}\n"));

    private static XElement Link(XElement part) => Html.Element(
        "li",
        Html.Element("a", new XAttribute("href", "#" + (string)part.Attribute("id")), (string)part.Element("h2")));
}
