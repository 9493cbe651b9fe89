using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Diffs;

/// <summary>What changed between two plans.</summary>
/// <param name="Before">The earlier plan.</param>
/// <param name="After">The later plan.</param>
/// <param name="Changes">Changes of model, budget, totals, what the search leaves alone, and metric.</param>
/// <param name="Layers">Layers changed or added, in the later plan's order, then those removed, in the earlier's.</param>
/// <param name="UnchangedLayers">How many layers are the same in both.</param>
internal sealed record PlanDiff(
    CompressionPlan Before,
    CompressionPlan After,
    IReadOnlyList<PropertyChange> Changes,
    IReadOnlyList<LayerDiff> Layers,
    int UnchangedLayers)
{
    /// <summary>The later plan's model.</summary>
    public string Model => After.Model;

    /// <summary>The costs that both plans tell, and that are compared.</summary>
    public IReadOnlyList<CostKind> Kinds => Both(Before, After);

    /// <summary>Whether nothing changed.</summary>
    public bool IsEmpty => Changes.Count == 0 && Layers.Count == 0;

    /// <summary>Compares two plans. Layers are matched by name; their order is no change, nor is the fingerprint.</summary>
    public static PlanDiff Between(CompressionPlan before, CompressionPlan after)
    {
        var old = before.Layers.ToDictionary(layer => layer.Name, StringComparer.Ordinal);
        var now = new HashSet<string>(after.Layers.Select(layer => layer.Name), StringComparer.Ordinal);
        LayerDiff[] layers =
        [
            .. after.Layers
                .Select(layer => old.TryGetValue(layer.Name, out var was)
                    ? new LayerDiff(layer.Name, was, layer, Between(was, layer, Both(before, after)))
                    : new LayerDiff(layer.Name, null, layer, []))
                .Where(layer => layer.Before is null || layer.Changes.Count > 0),
            .. before.Layers
                .Where(layer => !now.Contains(layer.Name))
                .Select(layer => new LayerDiff(layer.Name, layer, null, [])),
        ];
        var touched = layers.Count(layer => layer.After is not null);
        return new(before, after, PlanChanges(before, after), layers, after.Layers.Count - touched);
    }

    private static IReadOnlyList<PropertyChange> PlanChanges(CompressionPlan before, CompressionPlan after) => new PropertyChanges()
        .Text("model", before.Model, after.Model)
        .Text("budget", before.Budget, after.Budget)
        .Text("target", before.TargetName, after.TargetName)
        .Text("warmStart", before.WarmStart ?? "", after.WarmStart ?? "")
        .Fact("roundedValues", before.RoundedValues, after.RoundedValues)
        .Text(EndedPhase.Property, EndedPhase.Words(before.EndedEarly), EndedPhase.Words(after.EndedEarly))
        .Cost("totals.macs", before.Totals.Macs, after.Totals.Macs)
        .ForEachCost((changes, kind) => changes
            .Cost("totals." + kind.Property, before.Totals.Costs[kind], after.Totals.Costs[kind])
            .Fact("totals." + kind.FullPrecisionProperty, before.Totals.FullPrecision[kind], after.Totals.FullPrecision[kind]), Both(before, after))
        .Text("rest", RestPlan.Words(before.Rest), RestPlan.Words(after.Rest))
        .Fact("rest.parameters", before.Rest.Sum(part => part.Parameters), after.Rest.Sum(part => part.Parameters))
        .Fact("rest.macs", before.Rest.Sum(part => part.Macs), after.Rest.Sum(part => part.Macs))
        .Text("metric.name", before.Metric.Name, after.Metric.Name)
        .Metric("metric.", before.Metric, after.Metric)
        .TextIfKnown("metric.baseline", MetricTrust.Word(before.Metric.Baseline), MetricTrust.Word(after.Metric.Baseline))
        .FactIfKnown("metric.examples", before.Metric.Examples, after.Metric.Examples)
        .Text("furtherMetrics", Names(before), Names(after))
        .ForEach(Shared(before, after), (changes, pair) => changes.Metric($"furtherMetrics.{pair.After.Name}.", pair.Before, pair.After))
        .Changes;

    /// <summary>Further metrics that both plans have.</summary>
    internal static IEnumerable<(PlanMetric Before, PlanMetric After)> Shared(CompressionPlan before, CompressionPlan after) =>
        before.FurtherMetrics.Join(after.FurtherMetrics, metric => metric.Name, metric => metric.Name, (old, now) => (old, now), StringComparer.Ordinal);

    private static string Names(CompressionPlan plan) => plan.FurtherMetrics.Count == 0 ? "none" : string.Join(", ", plan.FurtherMetrics.Select(metric => metric.Name));

    private static IReadOnlyList<PropertyChange> Between(LayerPlan before, LayerPlan after, IReadOnlyList<CostKind> kinds) => new PropertyChanges()
        .Text("kind", before.Kind, after.Kind)
        .Text("weightGrid", before.WeightGrid, after.WeightGrid)
        .Text("weightScales", before.WeightScales, after.WeightScales)
        .Cost("weightBits", before.WeightBits, after.WeightBits)
        .Text("activationGrid", before.ActivationGrid, after.ActivationGrid)
        .Cost("activationBits", before.ActivationBits, after.ActivationBits)
        .Fact("filters", before.Filters, after.Filters)
        .Filters("keptFilters", before.KeptFilters, after.KeptFilters)
        .Cost("macs", before.Macs, after.Macs)
        .ForEachCost((changes, kind) => changes.Cost(kind.Property, before.Costs[kind], after.Costs[kind]), kinds)
        .Changes;

    // What one of them does not tell is no difference.
    private static IReadOnlyList<CostKind> Both(CompressionPlan before, CompressionPlan after) => [.. before.Totals.Kinds.Intersect(after.Totals.Kinds)];
}
