using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>The cost of a network under gates that are still learning, and its gradients.</summary>
internal static class GateCost
{
    private const double BitsPerByte = 8;
    private const double BiasBits = 32;

    /// <summary>R: bit-operations of what the gates choose, relative to full precision.</summary>
    public static double RelativeBops(CompressedNetwork network) =>
        (double)NetworkCost.Of(network, network.Decisions()).Bops / NetworkCost.FullPrecision(network).Bops;

    /// <summary>
    /// Adds the gradients of λ·log R, for bit-operations and for bytes, to the filters' gates, and turns all gates'
    /// gradients into those of what gates learn and of weights. Call after <see cref="CompressedNetwork.CollectGradients"/>.
    /// </summary>
    /// <param name="network">The network after a backward pass.</param>
    /// <param name="prices">λ of each cost.</param>
    public static void CollectGateGradients(CompressedNetwork network, CostPrices prices)
    {
        AddCostGradients(network, prices);
        foreach (var layer in network.Layers)
        {
            layer.Filters.CollectGradients();
        }
    }

    /// <summary>Adds the gradients of λ·log R to the filters' gates and passes those of bitwidths their share.</summary>
    /// <remarks>
    /// Bits of weights are a sum over layers, and over the groups of a layer, of kept filters × live inputs × kernel ×
    /// weight bits, and bit-operations the same with each layer's positions × activation bits: products in which each
    /// factor's derivative is the product of the others.
    /// </remarks>
    /// <inheritdoc cref="CollectGateGradients"/>
    internal static void AddCostGradients(CompressedNetwork network, CostPrices prices)
    {
        var cost = NetworkCost.Of(network, network.Decisions());
        var (kept, filters) = (network.Kept, network.Layers.Select(layer => layer.Filters.Gradients).ToArray());
        var (perBop, perBit) = (prices.Bops / cost.Bops, prices.Size / (BitsPerByte * cost.SizeBytes));
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var (layer, sources) = (network.Layers[i], network.Map.Layers[i]);
            var (shape, live) = (layer.Layer.Shape, sources.IsLive(kept));
            var (weightBits, activationBits) = ((double)layer.Weights.ChosenBits, layer.Activations.ChosenBits);
            var weights = (double)CostModel.Weights(shape, kept[i], live);

            // What a weight costs per bit: to be stored, and to be multiplied at every position.
            var perWeightBit = perBit + (perBop * shape.Positions * activationBits);

            AddBias(layer, perBit * BiasBits);
            sources.AddGateGradients(kept, AddPairs(layer, live, shape.KernelSize * perWeightBit * weightBits), filters);
            layer.Weights.CollectGateGradients(perWeightBit * weights);
            layer.Activations.CollectGateGradients(perBop * shape.Positions * weights * weightBits);
        }

        TiedFilters.PassGradients(network);
    }

    private static void AddBias(LayerCompressor layer, double perBias)
    {
        for (var filter = 0; layer.Layer.Shape.HasBias && filter < layer.Filters.Gradients.Length; filter++)
        {
            layer.Filters.Gradients[filter] += perBias;
        }
    }

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
