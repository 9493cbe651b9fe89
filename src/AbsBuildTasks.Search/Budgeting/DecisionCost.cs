using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>What a layer costs under a decision.</summary>
/// <param name="Macs">Multiply-accumulates that remain.</param>
/// <param name="Bops">Bit-operations.</param>
/// <param name="SizeBytes">Bytes of its parameters.</param>
internal sealed record DecisionCost(long Macs, long Bops, long SizeBytes)
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
                var (shape, decision) = (layer.Layer.Shape, decisions[i]);
                var live = network.Map.Layers[i].IsLive(kept);
                var macs = CostModel.Macs(shape, kept[i], live);
                return new DecisionCost(
                    macs,
                    CostModel.Bops(macs, decision.WeightBits, decision.ActivationBits),
                    CostModel.SizeBytes(shape, kept[i], live, decision.WeightBits));
            }),
        ];
    }
}
