using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>The costs that bitwidths and pruning can reach at all, relative to full precision.</summary>
/// <param name="Least">Everything at its lowest bitwidth and pruned as far as allowed.</param>
/// <param name="Most">Everything at its highest bitwidth, nothing pruned.</param>
internal sealed record ReachableRange(double Least, double Most)
{
    /// <summary>The range of a network.</summary>
    public static ReachableRange Of(CompressedNetwork network)
    {
        var full = (double)network.Layers.Sum(layer => layer.Layer.Shape.FullPrecisionBops);
        return new ReachableRange(
            DecisionCost.TotalBops(network, Smallest(network)) / full,
            DecisionCost.TotalBops(network, [.. network.Layers.Select(Largest)]) / full);
    }

    /// <summary>Fails where no plan can meet a budget.</summary>
    /// <exception cref="AbsException">ABS3001, with the range that can be reached.</exception>
    public void Require(Budget budget)
    {
        if (Least > budget.RelativeBops)
        {
            throw new AbsException(
                AbsCodes.ImpossibleBudget,
                string.Format(
                    CultureInfo.InvariantCulture,
                    "Budget=\"{0}\" cannot be met: this network reaches {1:0.####%} to {2:0.####%} of its full-precision bit-operations. Raise the budget, let the first and last layer take part with KeepFirstAndLast=\"false\", or allow lower Bits.",
                    budget,
                    // Rounded up, so that the figure named can be met.
                    Math.Ceiling(Least * 1e6) / 1e6,
                    Most));
        }
    }

    /// <summary>The decisions of <see cref="Least"/>: the same filters in every layer, so that sums of layers shrink too.</summary>
    public static IReadOnlyList<LayerDecision> Smallest(CompressedNetwork network) => [.. network.Layers.Select(Smallest)];

    private static LayerDecision Smallest(LayerCompressor layer) => new(
        layer.Weights.Chain.Lowest,
        layer.Activations.Chain.Lowest,
        [.. Enumerable.Range(0, layer.Layer.Shape.Filters).Select(filter => !layer.Filters.CanPrune || filter / layer.Filters.GroupSize < layer.Filters.LeastGroups)]);

    private static LayerDecision Largest(LayerCompressor layer) => new(
        layer.Weights.Chain.Highest,
        layer.Activations.Chain.Highest,
        [.. Enumerable.Repeat(true, layer.Layer.Shape.Filters)]);
}
