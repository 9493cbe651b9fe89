using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>The table that a build prints: what became of every layer, and what the network gains and loses.</summary>
internal static class PlanTable
{
    private const int NameWidth = 40;
    private const int KindWidth = 16;
    private const string Unit = " bit";

    /// <summary>Writes a plan; lines end in LF, with none at the end. At most about 100 columns but for what is to be said of the metric, ASCII but for names.</summary>
    public static string Write(CompressionPlan plan)
    {
        string[] header = ["layer", "kind", "weights", "activations", "filters", CostKind.Leading.Title];
        var names = new ShortNames(plan.Layers.Select(layer => layer.Name), NameWidth);
        var total = plan.Totals.Costs[CostKind.Leading];
        var rows = TextColumns.Align([header, .. plan.Layers.Select(layer => Row(layer, names, total)), .. Rest(plan, total)], 2, 3, 4, 5);
        return string.Join("\n", [.. rows, "", .. TextColumns.Align(Summary(plan)), .. Remarks(plan)]);
    }

    private static string[] Row(LayerPlan layer, ShortNames names, long total) =>
    [
        names.Of(layer.Name),
        Printable.Shorten(layer.Kind, KindWidth),
        Bits(layer.WeightBits),
        Bits(layer.ActivationBits),
        Invariant($"{layer.KeptFilters.Count}/{layer.Filters}"),
        Share(layer.Costs[CostKind.Leading], total),
    ];

    // In one row: a plan says which parts they are.
    private static IEnumerable<string[]> Rest(CompressionPlan plan, long total)
    {
        if (RestPlan.BitsOf(plan.Rest) is { } bits)
        {
            yield return ["left alone", Counted.Of(plan.Rest.Count, "part"), bits + Unit, bits + Unit, "-", Share(RestPlan.CostsOf(plan.Rest)[CostKind.Leading], total)];
        }
    }

    private static string Share(long cost, long total) => total == 0 ? "-" : Invariant($"{100.0 * cost / total:0.0}%");

    private static IEnumerable<string[]> Summary(CompressionPlan plan)
    {
        var totals = plan.Totals;
        foreach (var metric in plan.FurtherMetrics.Prepend(plan.Metric))
        {
            yield return
            [
                Printable.Shorten(metric.Name, NameWidth) + MetricWords.Sense(metric.LowerIsBetter),
                Invariant($"{Quantity.Metric(metric.FullPrecision)} -> {Quantity.Metric(metric.Compressed)}"),
                Invariant($"{Quantity.Points(metric.FullPrecision, metric.Compressed)} points") + MetricWords.Remarks(metric),
            ];
        }

        foreach (var kind in totals.Kinds)
        {
            yield return
            [
                kind.Title,
                $"{kind.Short(totals.FullPrecision[kind])} -> {kind.Short(totals.Costs[kind])}",
                CostWords.Gain(totals, kind) + (kind == CostKind.Leading ? $" ({plan.Budget}{plan.BudgetRemark}{(plan.Target is { } target ? $", target {target}" : "")})" : ""),
            ];
        }
    }

    // A plan that is not what its settings say must not look like one, nor one that began elsewhere.
    private static IEnumerable<string> Remarks(CompressionPlan plan) =>
    [
        .. plan.WarmStart is { } start ? ["started from the weights " + start] : (string[])[],
        .. plan.RoundingRemark is { } rounding ? [rounding] : (string[])[],
        .. plan.EndedEarly.Count > 0 ? ["ended early: " + EndedPhase.Words(plan.EndedEarly)] : (string[])[],
    ];

    private static string Bits(int bits) => Invariant($"{bits}{Unit}");
}
