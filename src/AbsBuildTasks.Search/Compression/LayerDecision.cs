namespace AbsBuildTasks.Search.Compression;

/// <summary>What was decided for one layer.</summary>
/// <param name="WeightBits">Bits of its weights.</param>
/// <param name="ActivationBits">Bits of its input activations.</param>
/// <param name="Kept">For each filter whether it stays.</param>
internal sealed record LayerDecision(int WeightBits, int ActivationBits, IReadOnlyList<bool> Kept)
{
    /// <summary>The number of filters that stay.</summary>
    public int KeptFilters => Kept.Count(kept => kept);
}
