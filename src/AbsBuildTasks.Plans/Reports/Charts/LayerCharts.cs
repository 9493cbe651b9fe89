using System.Xml.Linq;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>What was decided for each layer, in three charts with the same rows.</summary>
internal static class LayerCharts
{
    private const double BarHeight = 8;

    // In percent.
    private static readonly int[] ShareAxes = [5, 10, 20, 50, 100];

    private static readonly int[] BitTicks = [1, 2, 4, 8, 16, CostModel.FullPrecisionBits];

    /// <summary>Bits, kept filters and share of the leading cost of some of a plan's layers.</summary>
    public static IReadOnlyList<Chart> Draw(CompressionPlan plan, IReadOnlyList<LayerPlan> layers) =>
        [Bits([.. layers.Select(layer => (layer.Name, layer.WeightBits, layer.ActivationBits, $"weights {LayerBits.Weights(layer)}, activations {LayerBits.Activations(layer)}"))]), Filters(layers), Shares(plan, layers)];

    /// <summary>Bits of weights and activations.</summary>
    /// <param name="layers">Names, bits, and the bits in words; at least one.</param>
    public static Chart Bits(IReadOnlyList<(string Name, int WeightBits, int ActivationBits, string Words)> layers) => RowChart.Draw(
        "Bits",
        "Bits of weights and activations of each layer, on a scale that doubles from 1 to 32, which is full precision.",
        [
            Svg.Circle(4, 29, 4, "blue"), Svg.Text(13, 33, "weights", "legend"),
            Svg.Diamond(72, 29, 4.5, "orange"), Svg.Text(81, 33, "activations", "legend"),
        ],
        [.. BitTicks.Select(bits => new ChartTick(BitPosition(bits), Invariant($"{bits}")))],
        [
            .. layers.Select(layer => new ChartRow(
                layer.Name,
                Invariant($"{layer.WeightBits} / {layer.ActivationBits}"),
                $"{Label.Tip(layer.Name)}: {layer.Words}",
                [
                    Svg.Circle(BitPosition(layer.WeightBits) * RowChart.PlotWidth, -5, 3.5, "blue"),
                    Svg.Diamond(BitPosition(layer.ActivationBits) * RowChart.PlotWidth, 4.5, 4.2, "orange"),
                ])),
        ]);

    private static Chart Filters(IReadOnlyList<LayerPlan> layers) => RowChart.Draw(
        "Kept filters",
        "The share of each layer's output filters that stays.",
        [
            Svg.Rectangle(0, 25, 12, BarHeight, "blue"), Svg.Text(17, 33, "kept", "legend"),
            Svg.Rectangle(52.5, 25.5, 12, BarHeight - 1, "track"), Svg.Text(70, 33, "pruned", "legend"),
        ],
        Percents(100),
        [
            .. layers.Select(layer => new ChartRow(
                layer.Name,
                Invariant($"{layer.KeptFilters.Count}/{layer.Filters}"),
                Invariant($"{Label.Tip(layer.Name)}: {layer.KeptFilters.Count} of {layer.Filters} filters kept"),
                [
                    Svg.Rectangle(0.5, (-BarHeight / 2) + 0.5, RowChart.PlotWidth - 1, BarHeight - 1, "track"),
                    Bar((double)layer.KeptFilters.Count / layer.Filters),
                ])),
        ]);

    private static Chart Shares(CompressionPlan plan, IReadOnlyList<LayerPlan> layers)
    {
        var most = layers.Max(layer => Share(plan, layer));
        var axis = ShareAxes.First(percent => most * 100 <= percent);
        return RowChart.Draw(
            $"Share of {CostKind.Leading.Title}",
            $"How each layer takes part in the plan's {CostKind.Leading.Words}.",
            [Svg.Text(0, 33, $"of {Cost(plan.Totals.Costs)}", "legend")],
            Percents(axis),
            [
                .. layers.Select(layer => new ChartRow(
                    layer.Name,
                    PlanShare.Text(plan, layer),
                    $"{Label.Tip(layer.Name)}: {Cost(layer.Costs)}, {PlanShare.Text(plan, layer)}",
                    [Bar(Share(plan, layer) * 100 / axis)])),
            ]);
    }

    private static string Cost(PerCost<long> costs) => $"{CostKind.Leading.Short(costs[CostKind.Leading])} {CostKind.Leading.Words}";

    private static double Share(CompressionPlan plan, LayerPlan layer) => PlanShare.Of(plan, layer) ?? 0;

    private static XElement Bar(double share) => Svg.Rectangle(0, -BarHeight / 2, share * RowChart.PlotWidth, BarHeight, "blue");

    private static double BitPosition(int bits) => Math.Log(bits, CostModel.FullPrecisionBits);

    private static IReadOnlyList<ChartTick> Percents(int most) =>
        [new(0, "0"), new(0.5, Invariant($"{most / 2.0}%")), new(1, Invariant($"{most}%"))];
}
