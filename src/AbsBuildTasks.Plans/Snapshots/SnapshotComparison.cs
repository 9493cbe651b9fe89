using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>Collects the violations of one comparison.</summary>
/// <param name="tolerances">How far values may regress, or null where they must be equal.</param>
internal sealed class SnapshotComparison(SnapshotTolerances? tolerances)
{
    // Sums of decimals such as 90.1 - 0.1 miss their decimal by less than this share.
    private const double RoundingError = 1e-12;

    private readonly List<SnapshotViolation> _violations = [];

    public IReadOnlyList<SnapshotViolation> Violations => _violations;

    public bool IsExact => tolerances is null;

    public void Add(string? layer, string property, string before, string after, string message) =>
        _violations.Add(new(layer, property, before, after, message));

    public void Equal(string? layer, string property, string before, string after)
    {
        if (before != after)
        {
            Add(layer, property, before, after, Message(layer, property, Printable.Escape(before), Printable.Escape(after)));
        }
    }

    public void EqualIfExact(string? layer, string property, string before, string after)
    {
        if (IsExact)
        {
            Equal(layer, property, before, after);
        }
    }

    public void EqualIfExact(string? layer, string property, long before, long after) =>
        EqualIfExact(layer, property, Invariant($"{before}"), Invariant($"{after}"));

    public void NotAbove(string? layer, string property, long before, long after, Func<SnapshotTolerances, double> tolerance)
    {
        if (tolerances is null)
        {
            Equal(layer, property, Invariant($"{before}"), Invariant($"{after}"));
            return;
        }

        var allowed = tolerance(tolerances);
        if (after > before && after - before > allowed * (1 + RoundingError))
        {
            var limit = allowed > 0 ? Invariant($"; at most {Math.Floor(before + (allowed * (1 + RoundingError))):0} is tolerated") : "";
            Add(layer, property, Invariant($"{before}"), Invariant($"{after}"), Message(layer, property, Invariant($"{before}"), Invariant($"{after}")) + limit);
        }
    }

    public void NotBelow(string property, double before, double after)
    {
        var (old, now) = (PlanNumber.Metric(before), PlanNumber.Metric(after));
        if (tolerances is null)
        {
            Equal(null, property, old, now);
        }
        else if (tolerances.Metric.Of(before) is var allowed && before - after > allowed + (Math.Abs(before) * RoundingError))
        {
            var limit = allowed > 0 ? Invariant($"; at least {PlanNumber.Plain(PlanNumber.RoundMetric(before - allowed))} is tolerated") : "";
            Add(null, property, old, now, Message(null, property, old, now) + limit);
        }
    }

    private static string Message(string? layer, string property, string before, string after) =>
        (layer is null ? "" : $"layer {Printable.Escape(layer)}: ") + $"{property} {before} -> {after}";
}
