using System.Xml.Linq;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>The plan among those of a sweep.</summary>
internal static class SweepPart
{
    /// <returns>Null where there is no other plan.</returns>
    public static XElement? Render(CompressionPlan plan, IReadOnlyList<CompressionPlan> sweep)
    {
        var plans = ParetoFront.Sorted(sweep.Append(plan));
        return plans.Count < 2
            ? null
            : Html.Section(
                "sweep",
                "The sweep",
                Html.Charts([FrontChart.Draw(plan, plans)]),
                Html.Table(
                    "Plans by their bit-operations",
                    ["Budget", "BOPs", "Quality", "Size", "On the front", "This plan"],
                    column => column is >= 1 and <= 3,
                    plans.Select(other => Row(other, plan, plans))));
    }

    private static object[] Row(CompressionPlan other, CompressionPlan plan, IReadOnlyList<CompressionPlan> plans) =>
    [
        other.Budget,
        Invariant($"{other.Totals.RelativeBops * 100:0.00##}%"),
        Invariant($"{other.Metric.Compressed:0.00}"),
        Quantity.Bytes(other.Totals.SizeBytes),
        ParetoFront.IsOnFront(other, plans) ? "yes" : "no",
        other.Equals(plan) ? "this plan" : "",
    ];
}
