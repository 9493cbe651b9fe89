using AbsBuildTasks.Plans.Documents;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Diffs;

/// <summary>Collects the properties that differ.</summary>
internal sealed class ChangeList
{
    private readonly List<PropertyChange> _changes = [];

    public IReadOnlyList<PropertyChange> Changes => _changes;

    public ChangeList Text(string property, string before, string after) =>
        Add(property, before, after, ChangeEffect.Neutral, null, null);

    /// <summary>A number that is better when it is lower.</summary>
    public ChangeList Cost(string property, long before, long after) =>
        Number(property, before, after, after < before ? ChangeEffect.Better : ChangeEffect.Worse);

    /// <summary>A number that is neither good nor bad.</summary>
    public ChangeList Fact(string property, long before, long after) => Number(property, before, after, ChangeEffect.Neutral);

    /// <summary>A number that is better when it is higher.</summary>
    public ChangeList Quality(string property, double before, double after) => Add(
        property,
        PlanNumber.Metric(before),
        PlanNumber.Metric(after),
        after > before ? ChangeEffect.Better : ChangeEffect.Worse,
        PlanNumber.Difference(before, after),
        Percent(before, after));

    /// <summary>Filters that stay: the difference counts them.</summary>
    public ChangeList Filters(string property, FilterRanges before, FilterRanges after)
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

    private ChangeList Number(string property, long before, long after, ChangeEffect effect) =>
        Add(property, Invariant($"{before}"), Invariant($"{after}"), effect, (double)after - before, Percent(before, after));

    private ChangeList Add(string property, string before, string after, ChangeEffect effect, double? difference, double? percent)
    {
        if (before != after)
        {
            _changes.Add(new(property, before, after, effect, difference, percent));
        }

        return this;
    }
}
