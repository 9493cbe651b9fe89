using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>What there is to say of a plan's costs.</summary>
internal static class CostWords
{
    /// <summary>A cost against full precision: <c>4.2% of full precision</c>, or <c>7.9 times smaller</c>; empty where it is nothing.</summary>
    /// <param name="totals">The plan's totals.</param>
    /// <param name="kind">The cost.</param>
    /// <param name="format">How a number of times is written.</param>
    public static string Gain(PlanTotals totals, CostKind kind, string format = "0.0") =>
        kind.RelativeProperty is not null ? $"{Percent(totals, kind)} of full precision"
        : totals.Costs[kind] == 0 ? ""
        : ((double)totals.FullPrecision[kind] / totals.Costs[kind]).ToString(format, CultureInfo.InvariantCulture) + " times " + kind.Gained;

    /// <summary>A cost in percent of full precision.</summary>
    public static string Percent(PlanTotals totals, CostKind kind) => Invariant($"{totals.Relative(kind) * 100:0.00##}%");
}
