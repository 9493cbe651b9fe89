using AbsBuildTasks.Plans.Targets;
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

    /// <summary>
    /// As <see cref="Cheaper"/>, and down to the most bits that run on integers where that takes several steps, of which only
    /// the last makes the layer faster.
    /// </summary>
    public static IEnumerable<LayerDecision> Faster(LayerCompressor layer, LayerDecision decision)
    {
        var steps = Cheaper(layer, decision).ToArray();
        return layer.Layer.Shape.Times is not null
            && !IsOnIntegers(decision.Bits)
            && layer.Pairs.MostOf(lower => decision.Bits.IsFrom(lower) && IsOnIntegers(lower)) is { } integers
            && !Array.Exists(steps, step => step.Bits == integers)
                ? [.. steps, decision.With(integers)]
                : steps;

        bool IsOnIntegers(BitPair bits) => layer.Layer.Shape.Times!.IsOnIntegers(bits.Weights, bits.Activations);
    }

    /// <summary>One bitwidth more for weights or activations.</summary>
    public static IEnumerable<LayerDecision> Finer(LayerCompressor layer, LayerDecision decision) => layer.Pairs.Above(decision.Bits).Select(decision.With);
}
