using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>The histories of snapshots as a page: for each model its charts, and the table of its versions.</summary>
internal static class LogPage
{
    /// <summary>Writes the page.</summary>
    /// <returns>HTML with LF at the ends of lines, to be stored as UTF-8.</returns>
    public static string Render(IReadOnlyList<PlanLog> logs)
    {
        var title = logs is [var only] ? $"{Printable.Shorten(only.Model, Html.NameLength)}: history" : "Compression plans: history";
        return HtmlReport.Page(
            title,
            Html.Element("header", Html.Element("p", Html.Class("kind"), "Compression plans"), Html.Element("h1", title)),
            [
                .. logs.Select((log, index) => (log.Section(), log, index)).Select(part => Html.Section(
                    Invariant($"model-{part.index + 1}"),
                    ReportBlocks.Render(part.Item1.Title),
                    LogCharts.Draw(part.log) is { Count: > 0 } charts ? Html.Charts(charts) : null,
                    ReportBlocks.Render(part.Item1.Blocks, Printable.Shorten(part.log.Model, Html.NameLength)))),
            ]);
    }
}
