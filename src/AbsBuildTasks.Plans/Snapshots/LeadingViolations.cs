namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>Chooses what a message names of the many things that one other decision changes: what the network loses and costs, then why.</summary>
internal static class LeadingViolations
{
    private const int Most = 3;

    // The kinds, what matters most first; of each, the properties in the same order.
    private static readonly string[][] Kinds =
    [
        ["model", "budget"],
        ["metric.name", "metric.compressed", "metric.fullPrecision"],
        ["totals.bops", "totals.sizeBytes"],
        ["name", "kind"],
        ["weightBits", "activationBits"],
        ["keptFilters", "filters"],
    ];

    /// <summary>The first of each kind, up to three; of an unknown kind only where there is no other.</summary>
    /// <param name="violations">All of them, at least one.</param>
    /// <param name="limitsSize">Whether the budget is one of bytes alone: then these are its cost.</param>
    public static IReadOnlyList<SnapshotViolation> Of(IReadOnlyList<SnapshotViolation> violations, bool limitsSize)
    {
        SnapshotViolation[] leading =
        [
            .. Kinds
                .Select(properties => limitsSize && properties[0] == "totals.bops" ? properties.Reverse() : properties)
                .Select(properties => properties.Select(property => violations.FirstOrDefault(violation => violation.Property == property)).FirstOrDefault(found => found is not null))
                .OfType<SnapshotViolation>()
                .Take(Most),
        ];
        return leading.Length > 0 ? leading : [violations[0]];
    }
}
