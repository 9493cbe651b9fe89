using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Runs;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>What a layer's gates chose at the end of each epoch of a search.</summary>
/// <param name="Layer">The layer as the plan has it.</param>
/// <param name="Steps">What was chosen, by epoch.</param>
internal sealed record GateHistory(LayerPlan Layer, IReadOnlyList<RunLayer> Steps)
{
    /// <summary>Whether any choice was changed.</summary>
    public bool HasMoved => Steps.Any(step => step != Steps[0]);

    /// <summary>The histories of a plan's layers that a record tells of, in the plan's order.</summary>
    public static IReadOnlyList<GateHistory> Of(CompressionPlan plan, RunHistory history)
    {
        var steps = history.Epochs.SelectMany(epoch => epoch.Layers).ToLookup(layer => layer.Name, StringComparer.Ordinal);
        return [.. plan.Layers.Where(layer => steps.Contains(layer.Name)).Select(layer => new GateHistory(layer, [.. steps[layer.Name]]))];
    }
}
