using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Reports.Layout;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>Shows a plan, and what is known beside it: what changed against its snapshot, and what other budgets came to.</summary>
internal static class FullReport
{
    /// <summary>A content's report.</summary>
    public static Report Of(ReportContent content) => new([.. PlanReport.Of(content.Plan, content.File).Sections, .. Warnings(content), .. Changes(content), .. Sweep(content)], "part");

    /// <summary>What the search warned of; null where it did not.</summary>
    internal static ReportTable? WarningsOf(ReportContent content) => content.History is { Warnings: { Count: > 0 } warnings }
        ? new([new("the search warned of")], [.. warnings.Select(warning => (IReadOnlyList<ReportCell>)[new(warning.Code + ": ") { Tone = CellTone.Worse, Detail = warning.Text }])], "warning")
        : null;

    private static IEnumerable<ReportSection> Warnings(ReportContent content)
    {
        if (WarningsOf(content) is { } warnings)
        {
            yield return new([new("warnings")], [warnings]);
        }
    }

    private static IEnumerable<ReportSection> Sweep(ReportContent content)
    {
        if (content.Sweep is { } sweep)
        {
            yield return new([new("the sweep")], [SweepTable.Of(sweep), .. MetricWords.Remarks(sweep).Select(remark => new ReportLine([new(remark)]))]);
        }
    }

    private static IEnumerable<ReportSection> Changes(ReportContent content)
    {
        if (content.Snapshot is { } snapshot)
        {
            yield return DiffReport.Section(
                new ModelDiff(snapshot, content.Plan) { Reasons = content.Reasons },
                content.Basis is { } basis ? [new("against "), ReportCell.Saying(basis)] : [new("against the snapshot")]);
        }
    }
}
