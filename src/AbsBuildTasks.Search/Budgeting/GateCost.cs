using AbsBuildTasks.Plans.Cost;
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
    /// <param name="network">The network after a backward pass.</param>
    /// <param name="lambda">λ.</param>
    public static void CollectGateGradients(CompressedNetwork network, double lambda)
    {
        AddCostGradients(network, lambda);
        foreach (var layer in network.Layers)
        {
            layer.Filters.CollectGradients();
        }
    }

    /// <summary>Adds the gradients of λ·log R to the filters' gates and passes those of bitwidths their share.</summary>
    /// <remarks>
    /// R is a sum over layers, and over the groups of a layer, of kept filters × live inputs × weight bits × activation
    /// bits × kernel × positions: a product in which each factor's derivative is the product of the others.
    /// </remarks>
    /// <inheritdoc cref="CollectGateGradients"/>
    internal static void AddCostGradients(CompressedNetwork network, double lambda)
    {
        var (kept, filters) = (network.Kept, network.Layers.Select(layer => layer.Filters.Gradients).ToArray());
        var scale = lambda / (RelativeBops(network) * Full(network));
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var (layer, sources) = (network.Layers[i], network.Map.Layers[i]);
            var (shape, live) = (layer.Layer.Shape, sources.IsLive(kept));
            var (weightBits, activationBits) = ((double)layer.Weights.ChosenBits, layer.Activations.ChosenBits);
            var perMac = scale * shape.KernelSize * shape.Positions;
            var pairs = (double)CostModel.Weights(shape, kept[i], live) / shape.KernelSize;
            sources.AddGateGradients(kept, AddPairs(layer, live, perMac * weightBits * activationBits), filters);
            layer.Weights.CollectGateGradients(perMac * pairs * activationBits);
            layer.Activations.CollectGateGradients(perMac * pairs * weightBits);
        }

        TiedFilters.PassGradients(network);
    }

    private static double Full(CompressedNetwork network) => network.Layers.Sum(layer => layer.Layer.Shape.FullPrecisionBops);

    /// <summary>The gradients of kept filters × live inputs, group by group; those of the filters are added to theirs.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="live">For each input channel whether it is live.</param>
    /// <param name="perPair">What a filter costs for each input.</param>
    /// <returns>For each input channel ∂L/∂(channel is live).</returns>
    private static double[] AddPairs(LayerCompressor layer, bool[] live, double perPair)
    {
        var (shape, gradients) = (layer.Layer.Shape, layer.Filters.Gradients);
        var (filters, inputs) = (shape.Filters / shape.Groups, shape.InputChannels / shape.Groups);
        var channels = new double[shape.InputChannels];
        for (var group = 0; group < shape.Groups; group++)
        {
            // A tied filter and its input are one choice, not two.
            var liveInputs = layer.Layer.IsTied ? 1 : live.AsSpan(group * inputs, inputs).Count(true);
            var keptFilters = layer.Layer.IsTied ? 0 : layer.Filters.Kept.Skip(group * filters).Take(filters).Count(stays => stays);
            for (var filter = group * filters; filter < (group + 1) * filters; filter++)
            {
                gradients[filter] += perPair * liveInputs;
            }

            channels.AsSpan(group * inputs, inputs).Fill(perPair * keptFilters);
        }

        return channels;
    }
}
