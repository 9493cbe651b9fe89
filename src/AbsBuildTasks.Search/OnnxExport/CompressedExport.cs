using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.OnnxExport.Passes;
using AbsBuildTasks.Search.OnnxExport.Quantized;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport;

/// <summary>Writes a network as its plan leaves it: without pruned filters, on the plan's levels.</summary>
internal static class CompressedExport
{
    /// <summary>Makes the graph.</summary>
    /// <param name="traced">The network with its compressed weights, but without quantisers of its inputs.</param>
    /// <param name="packed">What the weights file says of its layers.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS6001: a call has no operator.</exception>
    public static ExportGraph Write(TracedGraph traced, IReadOnlyList<PackedLayer> packed)
    {
        // A module's weight may have any of its names, of which the network's state has the first.
        var layers = packed.ToDictionary(layer => layer.Name + ".weight", Levels, StringComparer.Ordinal);
        var graph = FloatExport.Write(traced, LevelWriter.OpsetFor(layers.Values));
        var factors = Shrinking.Run(graph, BatchNormFolding.Run(graph));
        LevelWriter.Run(graph, factors, layers);
        return graph;
    }

    private static LayerLevels Levels(PackedLayer layer) => new(
        layer.WeightGrid is { } weights ? LevelGrid.Of(weights, layer.WeightBits, layer.WeightInterval) : null,
        layer.ActivationGrid is { } inputs ? LevelGrid.Of(inputs, layer.ActivationBits, layer.ActivationInterval) : null);
}
