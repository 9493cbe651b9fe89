using AbsBuildTasks.Plans.Targets;

namespace AbsBuildTasks.Search.Compression;

/// <summary>What was decided for one layer.</summary>
/// <param name="WeightBits">Bits of its weights.</param>
/// <param name="ActivationBits">Bits of its input activations.</param>
/// <param name="Kept">For each filter whether it stays.</param>
internal sealed record LayerDecision(int WeightBits, int ActivationBits, IReadOnlyList<bool> Kept)
{
    /// <summary>A decision.</summary>
    /// <param name="bits">Bits of its weights and inputs.</param>
    /// <param name="kept">For each filter whether it stays.</param>
    public LayerDecision(BitPair bits, IReadOnlyList<bool> kept)
        : this(bits.Weights, bits.Activations, kept)
    {
    }

    /// <summary>Bits of weights and inputs.</summary>
    public BitPair Bits => new(WeightBits, ActivationBits);

    /// <summary>The number of filters that stay.</summary>
    public int KeptFilters => Kept.Count(kept => kept);

    /// <summary>The decision with other bits.</summary>
    public LayerDecision With(BitPair bits) => this with { WeightBits = bits.Weights, ActivationBits = bits.Activations };
}
