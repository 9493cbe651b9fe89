using System.Xml.Linq;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Runs;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>How gates moved during a search: three charts with a step line for each layer.</summary>
internal static class GateCharts
{
    // A line's room above and below the middle of its row, in pixels.
    private const double Rise = 7;

    // More do not fit the pixels there are.
    private const int MostSteps = 140;

    /// <summary>Weight bits, activation bits and kept filters of the layers given, at least one.</summary>
    public static IReadOnlyList<Chart> Draw(IReadOnlyList<GateHistory> layers) =>
    [
        Draw("Weight bits in the search", layers, step => step.WeightBits, (bits, _) => BitLevel(bits), "bit"),
        Draw("Activation bits in the search", layers, step => step.ActivationBits, (bits, _) => BitLevel(bits), "bit"),
        Draw("Kept filters in the search", layers, step => step.KeptFilters, (kept, layer) => Math.Min(1, (double)kept / layer.Filters), "filters"),
    ];

    private static Chart Draw(string title, IReadOnlyList<GateHistory> layers, Func<RunLayer, int> value, Func<int, GateHistory, double> level, string unit)
    {
        // The epochs of a search are as many as were configured: what was frozen after them is none.
        var isFrozen = layers.Any(layer => layer.IsFrozen);
        var epochs = layers.Max(layer => layer.Steps.Count) - (isFrozen ? 1 : 0);
        return RowChart.Draw(
            title,
            "A step line for each layer from the first epoch of the search, at the left, to its end.",
            [Svg.Text(0, 33, isFrozen ? Invariant($"epochs 1 to {epochs}, then frozen; a higher line is more") : "first → last epoch; a higher line is more", "legend")],
            [new(0, "1"), new(1, isFrozen ? "frozen" : Invariant($"{epochs}"))],
            [.. layers.Select(layer => Row(layer))]);

        ChartRow Row(GateHistory layer)
        {
            var (first, last) = (value(layer.Steps[0]), value(layer.Steps[layer.Steps.Count - 1]));
            return new(
                layer.Name,
                layer.FirstToLast(value),
                Invariant($"{Label.Tip(layer.Name)}: {first} {unit} in the first epoch, {last} {(layer.IsFrozen ? "frozen" : "in the last")}, changed {layer.Moves(value)} times"),
                [StepLine([.. layer.Steps.Select(step => level(value(step), layer))])]);
        }
    }

    private static double BitLevel(int bits) => Math.Log(bits, CostModel.FullPrecisionBits);

    /// <summary>Levels of 0 to 1 as steps over the plot's width.</summary>
    private static XElement StepLine(double[] levels)
    {
        var count = Math.Min(levels.Length, MostSteps);
        var path = "";
        for (var i = 0; i < count; i++)
        {
            var y = Svg.Length(Rise - (levels[(int)((long)(levels.Length - 1) * i / Math.Max(1, count - 1))] * 2 * Rise));
            path += (path.Length == 0 ? $"M0 {y}" : $"V{y}") + $"H{Svg.Length(RowChart.PlotWidth * (i + 1) / count)}";
        }

        return Svg.Path(path, "line");
    }
}
