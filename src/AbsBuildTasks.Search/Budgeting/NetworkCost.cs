using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>What a whole network costs.</summary>
/// <param name="Bops">Bit-operations of one example.</param>
/// <param name="SizeBytes">Bytes of the weighted layers' parameters, as plans count them.</param>
internal readonly record struct NetworkCost(long Bops, long SizeBytes)
{
    /// <summary>The cost of decisions.</summary>
    /// <param name="network">The network.</param>
    /// <param name="decisions">One for each layer.</param>
    public static NetworkCost Of(CompressedNetwork network, IReadOnlyList<LayerDecision> decisions)
    {
        var costs = DecisionCost.Of(network, decisions);
        return new NetworkCost(costs.Sum(cost => cost.Bops), costs.Sum(cost => cost.SizeBytes));
    }

    /// <summary>The cost at 32 bits with nothing pruned.</summary>
    public static NetworkCost FullPrecision(CompressedNetwork network) => new(
        network.Layers.Sum(layer => layer.Layer.Shape.FullPrecisionBops),
        network.Layers.Sum(layer => layer.Layer.Shape.FullPrecisionSizeBytes));
}
