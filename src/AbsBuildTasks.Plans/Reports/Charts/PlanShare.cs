using AbsBuildTasks.Plans.Documents;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Layers' shares of a plan's bit-operations.</summary>
internal static class PlanShare
{
    /// <summary>A layer's share, 0 to 1; null where the plan has no bit-operations at all.</summary>
    public static double? Of(CompressionPlan plan, LayerPlan layer) =>
        plan.Totals.Bops == 0 ? null : (double)layer.Bops / plan.Totals.Bops;

    /// <summary>The share in percent, or a dash.</summary>
    public static string Text(CompressionPlan plan, LayerPlan layer) => Of(plan, layer) is { } share ? Invariant($"{share * 100:0.0}%") : "–";
}
