using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>What a whole network costs: its layers, and the rest on which nothing is decided.</summary>
internal static class NetworkCost
{
    /// <summary>The costs of decisions.</summary>
    /// <param name="network">The network.</param>
    /// <param name="decisions">One for each layer.</param>
    public static PerCost<long> Of(CompressedNetwork network, IReadOnlyList<LayerDecision> decisions) => Of(network, DecisionCost.Compressed(network, decisions));

    /// <summary>The costs of what is left of the layers.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layers">What is left of each.</param>
    public static PerCost<long> Of(CompressedNetwork network, IReadOnlyList<CompressedLayer> layers) =>
        PerCost<long>.Of(kind => checked(layers.Sum(kind.Of) + network.RestCost[kind]));

    /// <summary>The costs at 32 bits with nothing pruned.</summary>
    public static PerCost<long> FullPrecision(CompressedNetwork network) =>
        PerCost<long>.Of(kind => checked(network.Layers.Sum(layer => layer.Layer.Shape.FullPrecision(kind)) + network.RestInFull[kind]));

    /// <summary>R: a cost of what the gates choose, relative to full precision.</summary>
    /// <param name="network">The network.</param>
    /// <param name="kind">Which cost; null for the leading one.</param>
    public static double Relative(CompressedNetwork network, CostKind? kind = null) =>
        CostShare.Of(Of(network, network.Decisions())[kind ?? CostKind.Leading], FullPrecision(network)[kind ?? CostKind.Leading]);
}
