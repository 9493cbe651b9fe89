namespace AbsBuildTasks.Search;

/// <summary>
/// A metric beside the one that a search goes by: it is measured of the full-precision network and of the compressed one,
/// stands in plans and reports, and snapshots hold it by a tolerance of its own.
/// </summary>
/// <param name="name">What it measures, as it reads in plans and reports.</param>
/// <param name="start">Starts to measure a whole data set; returns a new accumulation in each call.</param>
public sealed class FurtherMetric(string name, Func<MetricAccumulator> start)
{
    /// <summary>What it measures.</summary>
    public string Name { get; } = name;

    /// <summary>Whether it is an error: the lower, the better. Default: no.</summary>
    public bool LowerIsBetter { get; init; }

    /// <summary>Starts to measure a whole data set.</summary>
    public MetricAccumulator Start() => start();
}
