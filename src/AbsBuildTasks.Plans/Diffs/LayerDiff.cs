using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Diffs;

/// <summary>A layer that differs between two plans.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Before">The layer before; null where it was added.</param>
/// <param name="After">The layer after; null where it was removed.</param>
/// <param name="Changes">What changed, in the order of the document; empty where the layer was added or removed.</param>
public sealed record LayerDiff(string Name, LayerPlan? Before, LayerPlan? After, IReadOnlyList<PropertyChange> Changes);
