using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Diffs;

/// <summary>Collects the properties that differ.</summary>
internal sealed class PropertyChanges
{
    private readonly List<PropertyChange> _changes = [];

    public IReadOnlyList<PropertyChange> Changes => _changes;

    public PropertyChanges Text(string property, string before, string after) =>
        Add(property, before, after, ChangeEffect.Neutral, null, null);

    /// <summary>A number that is better when it is lower.</summary>
    public PropertyChanges Cost(string property, long before, long after) =>
        Number(property, before, after, after < before ? ChangeEffect.Better : ChangeEffect.Worse);

    /// <summary>A number that is neither good nor bad.</summary>
    public PropertyChanges Fact(string property, long before, long after) => Number(property, before, after, ChangeEffect.Neutral);

    /// <summary>What differs in every cost, in their order.</summary>
    /// <param name="changes">Adds the properties of one cost.</param>
    /// <param name="kinds">The costs.</param>
    public PropertyChanges ForEachCost(Func<PropertyChanges, CostKind, PropertyChanges> changes, IReadOnlyList<CostKind> kinds) => ForEach(kinds, changes);

    /// <summary>What differs in each of several things, in their order.</summary>
    /// <param name="items">The things.</param>
    /// <param name="changes">Adds the properties of one.</param>
    public PropertyChanges ForEach<T>(IEnumerable<T> items, Func<PropertyChanges, T, PropertyChanges> changes) => items.Aggregate(this, changes);

    /// <summary>A metric's direction and values.</summary>
    /// <param name="path">What its properties' names begin with.</param>
    /// <param name="before">The earlier one.</param>
    /// <param name="after">The later one.</param>
    public PropertyChanges Metric(string path, PlanMetric before, PlanMetric after) => Text(path + "lowerIsBetter", before.LowerIsBetter ? "true" : "false", after.LowerIsBetter ? "true" : "false")
        .Quality(path + "fullPrecision", before, after, metric => metric.FullPrecision)
        .Quality(path + "compressed", before, after, metric => metric.Compressed);

    /// <summary>A text that older plans do not have, which is no change.</summary>
    public PropertyChanges TextIfKnown(string property, string? before, string? after) => before is null || after is null ? this : Text(property, before, after);

    /// <summary>A number that is neither good nor bad, and that older plans do not have, which is no change.</summary>
    public PropertyChanges FactIfKnown(string property, long? before, long? after) => before is { } old && after is { } now ? Fact(property, old, now) : this;

    /// <summary>A metric: a number that is better when it is higher, or lower where the later plan says so, by more than chance does.</summary>
    public PropertyChanges Quality(string property, PlanMetric before, PlanMetric after, Func<PlanMetric, double> value)
    {
        var difference = value(after) - value(before);
        var effect = PlanMetric.IsNoise(before, after, difference) ? ChangeEffect.Neutral : after.Gained(value(before), value(after)) > 0 ? ChangeEffect.Better : ChangeEffect.Worse;
        Add(
            property,
            PlanNumber.Metric(value(before)),
            PlanNumber.Metric(value(after)),
            effect,
            PlanNumber.Difference(value(before), value(after)),
            Percent(value(before), value(after)),
            PlanMetric.NoiseOf(before, after));
        return this;
    }

    /// <summary>Filters that stay: the difference counts them.</summary>
    public PropertyChanges Filters(string property, FilterRanges before, FilterRanges after)
    {
        var effect = after.Count.CompareTo(before.Count) switch
        {
            < 0 => ChangeEffect.Better,
            > 0 => ChangeEffect.Worse,
            0 => ChangeEffect.Neutral,
        };
        return Add(property, before.ToString(), after.ToString(), effect, after.Count - before.Count, Percent(before.Count, after.Count));
    }

    private static double? Percent(double before, double after) =>
        before == 0 ? null : PlanNumber.Round((after - before) / Math.Abs(before) * 100, PlanNumber.MetricDecimals);

    private PropertyChanges Number(string property, long before, long after, ChangeEffect effect) =>
        Add(property, Invariant($"{before}"), Invariant($"{after}"), effect, (double)after - before, Percent(before, after));

    private PropertyChanges Add(string property, string before, string after, ChangeEffect effect, double? difference, double? percent, double? noise = null)
    {
        if (before != after)
        {
            _changes.Add(new(property, before, after, effect, difference, percent) { Noise = noise });
        }

        return this;
    }
}
