using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>
/// Estimates what other decisions would change of the loss, all of them from one pass over some batches.
/// </summary>
/// <remarks>
/// For a change Δ of values, ΔL ≈ g·Δ + ½·Δᵀ·H·Δ, with the Fisher matrix E[g_i·g_iᵀ] over examples i in place of H. Of the
/// gradients g_i only those of batches are known: a batch of n has the mean of n examples, so the variance of g_b·Δ over
/// batches, times n, is that over examples.
/// </remarks>
/// <param name="network">The network.</param>
/// <param name="decisions">Those that the gradients were taken under.</param>
internal sealed class DecisionEffects(CompressedNetwork network, IReadOnlyList<LayerDecision> decisions)
{
    // Of a normal distribution, 95 % are within so many.
    private const double Deviations = 1.96;

    private readonly List<(IReadOnlyList<LayerEffect> Layers, long Examples)> _batches = [];

    // Ways of many steps come by the same decisions again and again.
    private readonly Dictionary<LayerDecision, double[]> _slopes = new(ReferenceEqualityComparer.Instance);

    /// <summary>Adds a batch, whose gradients have arrived.</summary>
    /// <param name="examples">How many examples it has.</param>
    public void Add(long examples) => _batches.Add(([.. network.Layers.Select(LayerEffect.Take)], examples));

    /// <summary>The estimated change of the loss.</summary>
    /// <param name="others">Other decisions.</param>
    public double Change(IReadOnlyList<LayerDecision> others) => Weigh(others).Change;

    /// <summary>The estimated change of the loss, and half the width of its 95 % interval over samples of as many examples.</summary>
    /// <param name="others">Other decisions.</param>
    public (double Change, double Noise) Weigh(IReadOnlyList<LayerDecision> others)
    {
        var slopes = new double[_batches.Count];
        foreach (var layer in Enumerable.Range(0, decisions.Count).Where(layer => !ReferenceEquals(decisions[layer], others[layer])))
        {
            foreach (var (batch, slope) in SlopesOf(layer, others[layer]).Index())
            {
                slopes[batch] += slope;
            }
        }

        var examples = _batches.Sum(batch => batch.Examples);
        var mean = slopes.Zip(_batches, (slope, batch) => slope * batch.Examples).Sum() / examples;
        var variance = slopes.Zip(_batches, (slope, batch) => (slope - mean) * (slope - mean) * batch.Examples).Sum() / Math.Max(1, _batches.Count - 1);
        return (mean + (((mean * mean) + variance) / 2), Deviations * Math.Sqrt(variance / examples));
    }

    /// <summary>For each batch what another decision about a layer changes, to the first order.</summary>
    private double[] SlopesOf(int layer, LayerDecision other) => _slopes.TryGetValue(other, out var slopes)
        ? slopes
        : _slopes[other] = [.. _batches.Select(batch => batch.Layers[layer].Change(network.Layers[layer], decisions[layer], other))];
}
