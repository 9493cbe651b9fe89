using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Layers' shares of a plan's leading cost.</summary>
internal static class PlanShare
{
    /// <summary>A layer's share, 0 to 1; null where the plan has none at all.</summary>
    public static double? Of(CompressionPlan plan, LayerPlan layer) =>
        plan.Totals.Costs[CostKind.Leading] is > 0 and var total ? (double)layer.Costs[CostKind.Leading] / total : null;

    /// <summary>The share in percent, or a dash.</summary>
    public static string Text(CompressionPlan plan, LayerPlan layer) => Of(plan, layer) is { } share ? Invariant($"{share * 100:0.0}%") : "–";
}
