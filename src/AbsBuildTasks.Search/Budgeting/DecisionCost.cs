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
    public static IReadOnlyList<DecisionCost> Of(CompressedNetwork network, IReadOnlyList<LayerDecision> decisions) =>
        [.. Compressed(network, decisions).Select(layer => new DecisionCost(layer.Macs, PerCost<long>.Of(kind => kind.Of(layer))))];

    /// <summary>What is left of each layer.</summary>
    /// <inheritdoc cref="Of"/>
    public static IReadOnlyList<CompressedLayer> Compressed(CompressedNetwork network, IReadOnlyList<LayerDecision> decisions)
    {
        var kept = TiedFilters.Follow(network, [.. decisions.Select(decision => decision.Kept)]);
        return
        [
            .. network.Layers.Select((layer, i) =>
                CompressedLayer.Of(layer.Layer.Shape, kept[i], network.Map.Layers[i].IsLive(kept), decisions[i].WeightBits, decisions[i].ActivationBits)),
        ];
    }
}
