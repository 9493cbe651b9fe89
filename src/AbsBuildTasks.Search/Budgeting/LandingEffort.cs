using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>How much the last decisions may cost.</summary>
/// <param name="Estimate">
/// From gradients under decisions, estimates the change of the loss under others; about as dear as <see cref="CostOfEstimate"/> measurements.
/// Null where there are no gradients.
/// </param>
/// <param name="Measurements">How often a walk may measure decisions.</param>
/// <param name="Memo">Remembers rounds.</param>
internal sealed record LandingEffort(Func<IReadOnlyList<LayerDecision>, Func<IReadOnlyList<LayerDecision>, double>?> Estimate, int Measurements, LandingMemo Memo)
{
    /// <summary>An estimate in measurements: a forward and a backward pass in small batches, and other bitwidths of each tensor.</summary>
    public const int CostOfEstimate = 5;

    /// <summary>The least number of measurements of a walk: as many as small networks need, and enough rounds for large ones.</summary>
    public const int Least = 48;

    // What a search's step costs per example, in runs of the network.
    private const double RunsPerStep = 3;

    // Walks that a landing takes: down to the limit, up again where that helps, and to finer grids.
    private const int Walks = 3;

    /// <summary>The share of the search's own time that a landing may take, where that is more than the least.</summary>
    private const double Share = 0.05;

    /// <summary>The measurements of a walk in a search.</summary>
    /// <param name="trained">Examples that the search trains on, over all its epochs.</param>
    /// <param name="sample">Examples of a measurement.</param>
    public static int MeasurementsOf(long trained, long sample) =>
        (int)Math.Clamp(Share * RunsPerStep * trained / (Walks * sample), Least, int.MaxValue);
}
