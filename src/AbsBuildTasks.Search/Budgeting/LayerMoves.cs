using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>The smallest steps by which a layer's bitwidths get fewer or more.</summary>
internal static class LayerMoves
{
    /// <summary>One bitwidth less for weights or activations.</summary>
    public static IEnumerable<LayerDecision> Cheaper(LayerCompressor layer, LayerDecision decision)
    {
        foreach (var bits in layer.Pairs.Below(decision.Bits))
        {
            yield return decision.With(bits);
        }
    }

    /// <summary>One bitwidth more for weights or activations.</summary>
    public static IEnumerable<LayerDecision> Finer(LayerCompressor layer, LayerDecision decision) => layer.Pairs.Above(decision.Bits).Select(decision.With);
}
