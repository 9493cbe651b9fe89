using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Noise;

/// <summary>What the search by one seed came to.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Values">Metrics in their points and costs in their units, by name: those of tolerances, such as <c>metric</c>, <c>metric:F1</c>, <c>bops</c> and <c>size</c>.</param>
internal sealed record NoiseRun(int Seed, IReadOnlyList<KeyValuePair<string, double>> Values)
{
    /// <summary>The name of the plan's metric.</summary>
    public const string Metric = "metric";

    /// <summary>How names of further metrics begin.</summary>
    public const string Further = "metric:";

    /// <summary>Sums up a plan.</summary>
    /// <param name="seed">The seed that it was searched by.</param>
    /// <param name="plan">The plan.</param>
    public static NoiseRun Of(int seed, CompressionPlan plan) => new(
        seed,
        [
            new(Metric, plan.Metric.Compressed),
            .. plan.FurtherMetrics.Select(metric => new KeyValuePair<string, double>(Further + metric.Name, metric.Compressed)),
            .. plan.Totals.Kinds.Select(kind => new KeyValuePair<string, double>(kind.Key, plan.Totals.Costs[kind])),
        ]);

    /// <summary>Whether a name is that of a metric: all others are costs.</summary>
    public static bool IsMetric(string name) => name == Metric || name.StartsWith(Further, StringComparison.Ordinal);

    /// <summary>Whether a run can have a value of a name.</summary>
    public static bool IsKnown(string name) => IsMetric(name) || CostKind.Find(name) is not null;
}
