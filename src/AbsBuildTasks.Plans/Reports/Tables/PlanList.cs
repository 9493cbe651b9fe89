using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Reports.Layout;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>Several plans in a table, a row each.</summary>
internal static class PlanList
{
    /// <summary>The table, as a section.</summary>
    public static ReportSection Of(IReadOnlyList<ReportContent> plans)
    {
        var kinds = CostKind.KnownIn([.. plans.Select(content => content.Plan.Totals.FullPrecision)]);
        return new(
            [new("Compression plans: " + Counted.Of(plans.Count, "plan"))],
            [
                new ReportTable(
                    [new("model"), new("verdict"), new("budget"), new("layers", IsNumber: true), new("metric"), .. kinds.Select(kind => new ReportColumn(kind.Title, IsNumber: true))],
                    [.. plans.Select(content => Row(content, kinds))],
                    "plan"),
            ]);
    }

    private static IReadOnlyList<ReportCell> Row(ReportContent content, IReadOnlyList<CostKind> kinds) =>
    [
        ReportCell.Name(content.Plan.Model),
        content.Verdict is { } verdict ? VerdictWords.Word(verdict) : ReportCell.Empty,
        ReportCell.Name(content.Plan.Budget) with { Detail = content.Plan.BudgetRemark.TrimStart(',') },
        new(Invariant($"{content.Plan.Layers.Count}")),
        ReportCell.Name(content.Plan.Metric.Name) with { Detail = MetricWords.Sense(content.Plan.Metric.LowerIsBetter) + " " + Quantity.Metric(content.Plan.Metric.Compressed) },
        .. kinds.Select(kind => new ReportCell(content.Plan.Totals.Kinds.Contains(kind) ? kind.Short(content.Plan.Totals.Costs[kind]) : "")),
    ];
}
