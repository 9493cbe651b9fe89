using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;

namespace AbsBuildTasks.Plans.Reports;

/// <summary>A form that reports are written in, as files beside the plan.</summary>
/// <param name="Ending">What follows the model's name in the file's.</param>
/// <param name="Render">Writes a report; the text ends in LF.</param>
internal sealed record ReportForm(string Ending, Func<ReportContent, string> Render)
{
    /// <summary>Markdown, short enough for a comment on a pull request.</summary>
    public static ReportForm Markdown { get; } = new(".plan.md", content => ReportMarkdown.Write(FullReport.Of(content)));

    /// <summary>A page.</summary>
    public static ReportForm Page { get; } = new(".plan.html", HtmlReport.Render);

    /// <summary>The page's charts as one picture, SVG.</summary>
    public static ReportForm Picture { get; } = new(".plan.svg", PlanPicture.Render);
}
