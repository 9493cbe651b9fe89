namespace AbsBuildTasks.Search.Metrics;

/// <summary>
/// Mean intersection over union in percent, as for segmentation: the mean over classes of hits / (given + wanted − hits), counted over all
/// pixels. Classes that neither targets nor answers have do not count.
/// </summary>
/// <param name="ignored">A target that does not count, as −100 in losses of TorchSharp; null for none.</param>
public sealed class MeanIoU(long? ignored = null) : ClassCounts(ignored)
{
    private protected override double Score(long hits, long given, long wanted) => (double)hits / (given + wanted - hits);
}
