using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>The smallest steps by which a layer's bitwidths get fewer or more.</summary>
internal static class LayerMoves
{
    /// <summary>One bitwidth less for weights or activations.</summary>
    public static IEnumerable<LayerDecision> Cheaper(LayerCompressor layer, LayerDecision decision)
    {
        if (Neighbour(layer.Weights.Chain, decision.WeightBits, -1) is { } weightBits)
        {
            yield return decision with { WeightBits = weightBits };
        }

        if (Neighbour(layer.Activations.Chain, decision.ActivationBits, -1) is { } activationBits)
        {
            yield return decision with { ActivationBits = activationBits };
        }
    }

    /// <summary>One bitwidth more for weights or activations.</summary>
    public static IEnumerable<LayerDecision> Finer(LayerCompressor layer, LayerDecision decision)
    {
        if (Neighbour(layer.Weights.Chain, decision.WeightBits, 1) is { } weightBits)
        {
            yield return decision with { WeightBits = weightBits };
        }

        if (Neighbour(layer.Activations.Chain, decision.ActivationBits, 1) is { } activationBits)
        {
            yield return decision with { ActivationBits = activationBits };
        }
    }

    private static int? Neighbour(BitChain chain, int bits, int step)
    {
        var index = chain.ToList().IndexOf(bits) + step;
        return index >= 0 && index < chain.Count ? chain[index] : null;
    }
}
