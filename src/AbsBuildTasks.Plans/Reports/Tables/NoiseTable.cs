using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>How far plans differ by seed, a row for each metric and cost.</summary>
internal static class NoiseTable
{
    private const int NameWidth = 40;

    /// <summary>What the table means, a sentence.</summary>
    public const string Words = "The search by each of these seeds is as good as the others: what differs is chance.";

    /// <summary>What the table is of.</summary>
    public static string Title(NoiseBand band) => Invariant($"noise of {band.Runs.Count} seeds");

    /// <summary>The table.</summary>
    /// <param name="band">The noise.</param>
    /// <param name="plan">A plan of that model.</param>
    public static ReportTable Of(NoiseBand band, CompressionPlan plan) => new(
        [new(""), new("lowest", IsNumber: true), new("mean", IsNumber: true), new("highest", IsNumber: true), new("the policy noise lets pass")],
        [.. band.Spreads.Select(spread => Row(new(band, plan), spread, plan))],
        "value") { Caption = Title(band) };

    private static IReadOnlyList<ReportCell> Row(NoiseMargins margins, NoiseSpread spread, CompressionPlan plan)
    {
        var kind = CostKind.Find(spread.Name);
        var metric = kind is not null ? null : plan.FurtherMetrics.FirstOrDefault(each => NoiseRun.Further + each.Name == spread.Name) ?? plan.Metric;
        var isLowerBetter = metric?.LowerIsBetter ?? true;
        var budget = margins.Limit(spread);
        var limit = budget ?? (spread.Mean + ((isLowerBetter ? 1 : -1) * margins.Margin(spread, spread.Values.Count)));
        return
        [
            metric is null ? new(kind!.Title) : ReportCell.Name(Printable.Shorten(metric.Name, NameWidth)),
            new(Words(spread.Values.Min())),
            new(Words(spread.Mean)),
            new(Words(spread.Values.Max())),
            new($"{(isLowerBetter ? "at most" : "at least")} {Words(limit)}{(budget is null ? "" : ", the budget")}"),
        ];

        string Words(double value) => kind is null ? Quantity.Metric(value)
            : kind.RelativeProperty is not null && plan.Totals.FullPrecision[kind] > 0 ? Invariant($"{100 * value / plan.Totals.FullPrecision[kind]:0.00}%")
            : kind.Short((long)Math.Round(value));
    }
}
