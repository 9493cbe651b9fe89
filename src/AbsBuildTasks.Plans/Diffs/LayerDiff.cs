using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Diffs;

/// <summary>A layer that differs between two plans.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Before">The layer before; null where it was added.</param>
/// <param name="After">The layer after; null where it was removed.</param>
/// <param name="Changes">What changed, in the order of the document; empty where the layer was added or removed.</param>
internal sealed record LayerDiff(string Name, LayerPlan? Before, LayerPlan? After, IReadOnlyList<PropertyChange> Changes)
{
    /// <summary>Whether something was decided differently, rather than only costs following from other layers' decisions.</summary>
    public bool IsDecision => Before is null || After is null || Changes.Any(change => change.Property != "macs" && CostKind.All.All(kind => kind.Property != change.Property));

    /// <summary>Filters that were kept and no longer are.</summary>
    public FilterRanges FiltersGone => Kept(Before).Except(Kept(After));

    /// <summary>Filters that are kept and were not.</summary>
    public FilterRanges FiltersBack => Kept(After).Except(Kept(Before));

    /// <summary>Layers with the most notable first: decisions before their consequences, then what moves most of the first cost, then of the next.</summary>
    public static IReadOnlyList<LayerDiff> NotableFirst(IEnumerable<LayerDiff> layers) =>
    [
        .. CostKind.All.Aggregate(
            layers.OrderByDescending(layer => layer.IsDecision),
            (ordered, kind) => ordered.ThenByDescending(layer => Distance(layer, kind))),
    ];

    private static FilterRanges Kept(LayerPlan? layer) => layer?.KeptFilters ?? FilterRanges.None;

    private static double Distance(LayerDiff layer, CostKind kind) =>
        Math.Abs((layer.After is { } after ? (double)after.Costs[kind] : 0) - (layer.Before is { } before ? (double)before.Costs[kind] : 0));
}
