using AbsBuildTasks.Plans.Documents;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>A layer's bits in words: <c>8 bit</c>; the grid with them where it is not the usual one, as in <c>float 32 bit</c>, and what else is not usual.</summary>
internal static class LayerBits
{
    public static string Weights(LayerPlan layer) => Text(layer.WeightBits, layer.WeightGrid, PlanGrids.Symmetric) + (layer.WeightScales == PlanScales.Layer ? "" : $", scale per {layer.WeightScales}");

    public static string Activations(LayerPlan layer) => Text(layer.ActivationBits, layer.ActivationGrid, PlanGrids.Unsigned);

    private static string Text(int bits, string grid, string usual) => Invariant($"{(grid == usual ? "" : grid + " ")}{bits} bit");
}
