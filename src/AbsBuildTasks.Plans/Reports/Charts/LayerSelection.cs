using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Some layers of a plan, in the plan's order, few enough for one chart.</summary>
/// <param name="Name">Which they are; empty where they are all.</param>
/// <param name="Layers">The layers.</param>
internal sealed record LayerSelection(string Name, IReadOnlyList<LayerPlan> Layers)
{
    /// <summary>Layers of the largest chart.</summary>
    public const int Most = 40;

    /// <summary>All layers, or those with the largest shares of the leading cost.</summary>
    public static LayerSelection Largest(CompressionPlan plan)
    {
        if (plan.Layers.Count <= Most)
        {
            return new("", plan.Layers);
        }

        var largest = new HashSet<string>(plan.Layers.OrderByDescending(layer => layer.Costs[CostKind.Leading]).Take(Most).Select(layer => layer.Name), StringComparer.Ordinal);
        return new(Invariant($"The {Most} of {plan.Layers.Count} layers that cost most"), [.. plan.Layers.Where(layer => largest.Contains(layer.Name))]);
    }

    /// <summary>All layers in parts; none where one chart holds them all.</summary>
    public static IReadOnlyList<LayerSelection> Parts(CompressionPlan plan) => plan.Layers.Count <= Most
        ? []
        : [.. Enumerable.Range(0, ((plan.Layers.Count - 1) / Most) + 1).Select(part => Part(plan, part * Most))];

    private static LayerSelection Part(CompressionPlan plan, int first)
    {
        LayerPlan[] layers = [.. plan.Layers.Skip(first).Take(Most)];
        return new(Invariant($"Layers {first + 1} to {first + layers.Length}"), layers);
    }
}
