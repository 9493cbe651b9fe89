using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>The cost of a network under gates that are still learning, and its gradients.</summary>
internal static class GateCost
{
    /// <summary>R: bit-operations of what the gates choose, relative to full precision.</summary>
    public static double RelativeBops(CompressedNetwork network) =>
        DecisionCost.TotalBops(network, network.Decisions()) / Full(network);

    /// <summary>
    /// Adds the gradients of λ·log R to the filters' gates, and turns all gates' gradients into those of what gates
    /// learn and of weights. Call after <see cref="CompressedNetwork.CollectGradients"/>.
    /// </summary>
    /// <remarks>
    /// R is a sum over layers of kept filters × live inputs × weight bits × activation bits × kernel × positions: a
    /// product in which each factor's derivative is the product of the others.
    /// </remarks>
    /// <param name="network">The network after a backward pass.</param>
    /// <param name="lambda">λ.</param>
    public static void CollectGateGradients(CompressedNetwork network, double lambda)
    {
        var (kept, filters) = (network.Kept, network.Layers.Select(layer => layer.Filters.Gradients).ToArray());
        var scale = lambda / (RelativeBops(network) * Full(network));
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var (layer, sources) = (network.Layers[i], network.Map.Layers[i]);
            var shape = layer.Layer.Shape;
            var (keptFilters, live) = ((double)kept[i].Count(stays => stays), sources.IsLive(kept).Count(channel => channel));
            var (weightBits, activationBits) = ((double)layer.Weights.ChosenBits, layer.Activations.ChosenBits);
            var perMac = scale * shape.KernelSize * shape.Positions / shape.Groups;

            AddTo(layer.Filters.Gradients, perMac * live * weightBits * activationBits);
            var channels = new double[sources.Channels.Count];
            AddTo(channels, perMac * keptFilters * weightBits * activationBits);
            sources.AddGateGradients(kept, channels, filters);
            layer.Weights.CollectGateGradients(perMac * keptFilters * live * activationBits);
            layer.Activations.CollectGateGradients(perMac * keptFilters * live * weightBits);
        }

        foreach (var layer in network.Layers)
        {
            layer.Filters.CollectGradients();
        }
    }

    private static double Full(CompressedNetwork network) => network.Layers.Sum(layer => layer.Layer.Shape.FullPrecisionBops);

    private static void AddTo(double[] sums, double value)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += value;
        }
    }
}
