namespace AbsBuildTasks.Search.Metrics;

/// <summary>
/// Macro F1 in percent: the mean over classes of 2·hits / (given + wanted), which is the harmonic mean of precision and recall.
/// Classes that neither targets nor answers have do not count.
/// </summary>
/// <param name="ignored">A target that does not count, as −100 in losses of TorchSharp; null for none.</param>
public sealed class F1Score(long? ignored = null) : ClassCounts(ignored)
{
    private protected override double Score(long hits, long given, long wanted) => 2.0 * hits / (given + wanted);
}
