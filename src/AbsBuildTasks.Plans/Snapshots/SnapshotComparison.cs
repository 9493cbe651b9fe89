using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>Collects the violations of one comparison.</summary>
/// <param name="tolerances">How far values may regress, or null where they must be equal.</param>
internal sealed class SnapshotComparison(SnapshotTolerances? tolerances)
{
    private const double RoundingError = PlanNumber.RoundingError;

    private readonly List<SnapshotViolation> _violations = [];

    public IReadOnlyList<SnapshotViolation> Violations => _violations;

    public bool IsExact => tolerances is null;

    /// <summary>Further metrics that the tolerance names.</summary>
    public IEnumerable<string> Tolerated => tolerances?.Further.Keys ?? [];

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

    /// <summary>What older plans do not have is no difference.</summary>
    public void EqualIfKnown(string property, string? before, string? after)
    {
        if (before is not null && after is not null)
        {
            EqualIfExact(null, property, before, after);
        }
    }

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

    /// <summary>The metric gets no worse than is tolerated; where nothing is said of that, than chance may let it.</summary>
    public void NotWorse(string property, PlanMetric before, PlanMetric after, Func<SnapshotTolerances, SnapshotTolerance?> tolerance)
    {
        var (old, now) = (PlanNumber.Metric(before.Compressed), PlanNumber.Metric(after.Compressed));
        if (tolerances is null)
        {
            if (old != now)
            {
                var isNoise = PlanMetric.IsNoise(before, after, after.Compressed - before.Compressed);
                Add(null, property, old, now, Message(null, property, old, now) + (isNoise ? $", within the noise of {MetricWords.Noise(PlanMetric.NoiseOf(before, after)!.Value, before.Examples ?? after.Examples)}" : ""));
            }

            return;
        }

        var given = tolerance(tolerances);
        var noise = given is null ? PlanMetric.NoiseOf(before, after) : null;
        var allowed = given?.Of(before.Compressed) ?? noise ?? 0;
        if (before.Gained(after.Compressed, before.Compressed) > allowed + (Math.Abs(before.Compressed) * RoundingError))
        {
            var why = noise is { } margin ? $", the noise being {MetricWords.Noise(margin, before.Examples ?? after.Examples)}" : "";
            var limit = allowed > 0 ? Invariant($"; at {(before.LowerIsBetter ? "most" : "least")} {PlanNumber.Plain(PlanNumber.RoundMetric(before.LowerIsBetter ? before.Compressed + allowed : before.Compressed - allowed))} is tolerated{why}") : "";
            Add(null, property, old, now, Message(null, property, old, now) + limit);
        }
    }

    private static string Message(string? layer, string property, string before, string after) =>
        (layer is null ? "" : $"layer {Printable.Escape(layer)}: ") + $"{property} {before} -> {after}";
}
