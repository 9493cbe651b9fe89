using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Which of several plans are worth having.</summary>
internal static class ParetoFront
{
    /// <summary>All plans that differ, ascending by bit-operations, and by metric where those are equal.</summary>
    public static IReadOnlyList<CompressionPlan> Sorted(IEnumerable<CompressionPlan> plans) =>
        [.. plans.Distinct().OrderBy(Cost).ThenBy(plan => plan.Metric.Compressed).ThenBy(plan => plan.Fingerprint, StringComparer.Ordinal)];

    /// <summary>Whether no other plan is as cheap and as good, and better in one of the two.</summary>
    public static bool IsOnFront(CompressionPlan plan, IReadOnlyList<CompressionPlan> plans) => !plans.Any(other =>
        Cost(other) <= Cost(plan)
        && other.Metric.Compressed >= plan.Metric.Compressed
        && (Cost(other) < Cost(plan) || other.Metric.Compressed > plan.Metric.Compressed));

    private static double Cost(CompressionPlan plan) => plan.Totals.RelativeBops;
}
