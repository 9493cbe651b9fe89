using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>What a layer costs under a decision.</summary>
/// <param name="Macs">Multiply-accumulates that remain.</param>
/// <param name="Costs">Its costs.</param>
internal sealed record DecisionCost(long Macs, PerCost<long> Costs)
{
    /// <summary>The exact cost of each layer.</summary>
    /// <param name="network">The network.</param>
    /// <param name="decisions">One for each layer.</param>
    public static IReadOnlyList<DecisionCost> Of(CompressedNetwork network, IReadOnlyList<LayerDecision> decisions)
    {
        var kept = TiedFilters.Follow(network, [.. decisions.Select(decision => decision.Kept)]);
        return
        [
            .. network.Layers.Select((layer, i) =>
            {
                var decision = decisions[i];
                var compressed = CompressedLayer.Of(layer.Layer.Shape, kept[i], network.Map.Layers[i].IsLive(kept), decision.WeightBits, decision.ActivationBits);
                return new DecisionCost(compressed.Macs, PerCost<long>.Of(kind => kind.Of(compressed)));
            }),
        ];
    }
}
