using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Search;

/// <summary>A model's further metrics must have names, each its own.</summary>
internal static class FurtherMetricNames
{
    /// <summary>Looks at them.</summary>
    /// <param name="metrics">What the model returned.</param>
    /// <param name="metricName">What the metric is called that the search goes by.</param>
    /// <returns>The same.</returns>
    /// <exception cref="AbsException">ABS2041: there is no list, a metric has no name, or two have one.</exception>
    public static IReadOnlyList<FurtherMetric> Required(IReadOnlyList<FurtherMetric> metrics, string metricName)
    {
        if (metrics is null || metrics.Any(metric => metric is null || string.IsNullOrWhiteSpace(metric.Name)))
        {
            throw new AbsException(AbsCodes.InvalidMetric, "IAbsModel.FurtherMetrics is null, or has a metric that is null or has no name; return a list, empty where there is nothing else to measure, and say what each measures, for example \"F1\".");
        }

        var twice = metrics.Select(metric => metric.Name).Prepend(metricName).GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1);
        return twice is null
            ? metrics
            : throw new AbsException(AbsCodes.InvalidMetric, $"IAbsModel.FurtherMetrics: '{twice.Key}' is the name of two metrics; give each a name of its own, which the model's MetricName has not either.");
    }
}
