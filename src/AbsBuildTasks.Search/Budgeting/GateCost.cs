using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>The cost of a network under gates that are still learning, and its gradients.</summary>
internal static class GateCost
{
    /// <summary>
    /// Adds the gradients of λ·log R, for each cost R of what is decided on, to the filters' gates, and turns all gates'
    /// gradients into those of what gates learn and of weights. Call after <see cref="CompressedNetwork.CollectGradients"/>.
    /// </summary>
    /// <param name="network">The network after a backward pass.</param>
    /// <param name="prices">λ of each cost.</param>
    /// <param name="decided">What the gates choose of each layer, if it is known.</param>
    public static void CollectGateGradients(CompressedNetwork network, PerCost<double> prices, IReadOnlyList<CompressedLayer>? decided = null)
    {
        AddCostGradients(network, prices, decided);
        foreach (var gates in network.FilterGates)
        {
            gates.CollectGradients();
        }

        foreach (var layer in network.Layers)
        {
            layer.Filters.ForgetGradients();
        }
    }

    /// <summary>Adds the gradients of λ·log R to the filters' gates and passes those of bitwidths their share.</summary>
    /// <remarks>
    /// The weights of a layer are a sum over its groups of kept filters × live inputs × kernel: products in which each
    /// factor's derivative is the product of the others. What a weight and its bits cost, each cost says itself.
    /// </remarks>
    /// <inheritdoc cref="CollectGateGradients"/>
    internal static void AddCostGradients(CompressedNetwork network, PerCost<double> prices, IReadOnlyList<CompressedLayer>? decided = null)
    {
        decided ??= DecisionCost.Compressed(network, network.Decisions());
        var cost = NetworkCost.Of(network, decided);
        var (kept, filters) = (network.Kept, network.Layers.Select(layer => layer.Filters.Gradients).ToArray());
        var perUnit = PerCost<double>.Of(kind => prices[kind] == 0 || cost[kind] == network.RestCost[kind] ? 0 : prices[kind] / (cost[kind] - network.RestCost[kind]));
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var (layer, sources) = (network.Layers[i], network.Map.Layers[i]);
            var (shape, live) = (layer.Layer.Shape, sources.IsLive(kept));

            // As the gates choose one by one, also where the two may not come together.
            var compressed = decided[i] with { WeightBits = layer.Weights.ChosenBits, ActivationBits = layer.Activations.ChosenBits };
            var slopes = Slopes(compressed, perUnit);

            AddFilters(layer, slopes.Filter);
            sources.AddGateGradients(AddPairs(layer, live, shape.KernelSize * slopes.Weight, slopes.Input), filters);
            layer.Weights.CollectGateGradients(slopes.WeightBit * compressed.Weights);
            layer.Activations.CollectGateGradients(slopes.ActivationBit * compressed.Weights);
        }

        TiedFilters.PassGradients(network);
    }

    private static CostSlopes Slopes(CompressedLayer layer, PerCost<double> perUnit)
    {
        var slopes = default(CostSlopes);
        foreach (var kind in CostKind.All)
        {
            slopes = slopes.Plus(kind.Slopes(layer), perUnit[kind]);
        }

        return slopes;
    }

    private static void AddFilters(LayerCompressor layer, double perFilter)
    {
        for (var filter = 0; filter < layer.Filters.Gradients.Length; filter++)
        {
            layer.Filters.Gradients[filter] += perFilter;
        }
    }

    /// <summary>The gradients of kept filters × live inputs, group by group; those of the filters are added to theirs.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="live">For each input channel whether it is live.</param>
    /// <param name="perPair">What a filter costs for each input.</param>
    /// <param name="perInput">What an input costs beside that.</param>
    /// <returns>For each input channel ∂L/∂(channel is live).</returns>
    private static double[] AddPairs(LayerCompressor layer, bool[] live, double perPair, double perInput)
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

            channels.AsSpan(group * inputs, inputs).Fill((perPair * keptFilters) + perInput);
        }

        return channels;
    }
}
