using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>Chooses what a message names of the many things that one other decision changes: what the network loses and costs, then why.</summary>
internal static class LeadingViolations
{
    private const int Most = 3;

    // Of any name.
    private const string FurtherMetrics = "furtherMetrics.";

    /// <summary>The first of each kind, up to three; of an unknown kind only where there is no other.</summary>
    /// <param name="violations">All of them, at least one.</param>
    /// <param name="budget">What it limits is the network's cost first.</param>
    public static IReadOnlyList<SnapshotViolation> Of(IReadOnlyList<SnapshotViolation> violations, Budget budget)
    {
        // The kinds, what matters most first; of each, the properties in the same order.
        string[][] kinds =
        [
            ["model", "budget", "target", EndedPhase.Property],
            ["rest"],
            ["metric.name", "metric.compressed", "metric.fullPrecision", "furtherMetrics", FurtherMetrics],
            [.. CostKind.All.OrderByDescending(kind => budget.Limits[kind].IsSet).Select(kind => "totals." + kind.Property)],
            ["name", "kind"],
            ["weightBits", "activationBits", "weightScales"],
            ["keptFilters", "filters"],
        ];
        SnapshotViolation[] leading =
        [
            .. kinds
                .Select(properties => properties.Select(property => violations.FirstOrDefault(violation => Is(violation, property))).FirstOrDefault(found => found is not null))
                .OfType<SnapshotViolation>()
                .Take(Most),
        ];
        return leading.Length > 0 ? leading : [violations[0]];
    }

    private static bool Is(SnapshotViolation violation, string property) =>
        property == FurtherMetrics ? violation.Property.StartsWith(FurtherMetrics, StringComparison.Ordinal) : violation.Property == property;
}
