using AbsBuildTasks.Plans.Reports.Layout;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>Shows a plan, and what is known beside it: what changed against its snapshot, and what other budgets came to.</summary>
internal static class FullReport
{
    /// <summary>A content's report.</summary>
    public static Report Of(ReportContent content) => new([.. Changes(content), .. Warnings(content), .. PlanReport.Of(content.Plan, content.File).Sections, .. Test(content), .. Close(content), .. Noise(content), .. Sweep(content)], "part");

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

    private static IEnumerable<ReportSection> Close(ReportContent content)
    {
        if (CloseCallTable.Table(content.Plan, content.History) is { } table)
        {
            yield return new([new("close calls")], [table]);
        }
    }

    private static IEnumerable<ReportSection> Test(ReportContent content)
    {
        if (TestTable.Of(content.History?.Test) is { Count: > 0 } blocks)
        {
            yield return new([new("test data")], blocks);
        }
    }

    private static IEnumerable<ReportSection> Noise(ReportContent content)
    {
        if (content.Noise is { } band)
        {
            yield return new([new(NoiseTable.Title(band))], [NoiseTable.Of(band, content.Plan), new ReportLine([new(NoiseTable.Words)])]);
        }
    }

    private static IEnumerable<ReportSection> Sweep(ReportContent content)
    {
        if (content.Sweep is { } sweep)
        {
            yield return new([new("the sweep")], [SweepTable.Of(sweep), .. MetricWords.Remarks(sweep).Select(remark => new ReportLine([new(remark)]))]);
        }
    }

    // The verdict comes first. A new plan's own tables follow anyway.
    private static IEnumerable<ReportSection> Changes(ReportContent content)
    {
        var model = content.ToDiff();
        if (model.Before is null)
        {
            if (content.Verdict is not null)
            {
                yield return VerdictWords.Section(model);
            }

            yield break;
        }

        yield return DiffReport.Section(
            model,
            content.Basis is { } basis ? [ReportCell.Name(model.Model), new(", against "), ReportCell.Saying(basis)] : [ReportCell.Name(model.Model), new(", against the snapshot")]);
    }
}
