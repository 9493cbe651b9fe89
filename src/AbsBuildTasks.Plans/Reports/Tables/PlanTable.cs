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

    /// <summary>Writes a plan; lines end in LF, with none at the end. At most about 100 columns but for what is to be said of the metric, ASCII but for names.</summary>
    public static string Write(CompressionPlan plan)
    {
        string[] header = ["layer", "kind", "weights", "activations", "filters", "BOPs"];
        var names = new ShortNames(plan.Layers.Select(layer => layer.Name), NameWidth);
        var rows = TextColumns.Align([header, .. plan.Layers.Select(layer => Row(layer, names, plan.Totals.Bops))], 2, 3, 4, 5);
        return string.Join("\n", [.. rows, "", .. TextColumns.Align(Summary(plan))]);
    }

    private static string[] Row(LayerPlan layer, ShortNames names, long totalBops) =>
    [
        names.Of(layer.Name),
        Printable.Shorten(layer.Kind, KindWidth),
        Bits(layer.WeightBits),
        Bits(layer.ActivationBits),
        Invariant($"{layer.KeptFilters.Count}/{layer.Filters}"),
        totalBops == 0 ? "-" : Invariant($"{100.0 * layer.Bops / totalBops:0.0}%"),
    ];

    private static IEnumerable<string[]> Summary(CompressionPlan plan)
    {
        var (metric, totals) = (plan.Metric, plan.Totals);
        yield return
        [
            Printable.Shorten(metric.Name, NameWidth),
            Invariant($"{Quantity.Metric(metric.FullPrecision)} -> {Quantity.Metric(metric.Compressed)}"),
            Invariant($"{Quantity.Points(metric.FullPrecision, metric.Compressed)} points") + MetricWords.Remarks(metric),
        ];
        yield return
        [
            "BOPs",
            $"{ShortCount.Operations(totals.FullPrecisionBops)} -> {ShortCount.Operations(totals.Bops)}",
            Invariant($"{totals.RelativeBops * 100:0.00##}% of full precision ({plan.Budget})"),
        ];
        yield return
        [
            "size",
            $"{ShortCount.Bytes(totals.FullPrecisionSizeBytes)} -> {ShortCount.Bytes(totals.SizeBytes)}",
            totals.SizeBytes == 0 ? "" : Invariant($"{(double)totals.FullPrecisionSizeBytes / totals.SizeBytes:0.0} times smaller"),
        ];
    }

    private static string Bits(int bits) => Invariant($"{bits} bit");
}
