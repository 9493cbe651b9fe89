using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>Writes a plan's levels into a graph.</summary>
internal static class LevelWriter
{
    /// <summary>Opset that has weights of four bits.</summary>
    public const long FourBits = 21;

    /// <summary>Opset that has weights of two bits.</summary>
    public const long TwoBits = 25;

    /// <summary>The version of ONNX's operators that layers need.</summary>
    public static long OpsetFor(IEnumerable<LayerLevels> layers) => layers
        .Select(layer => layer.Weights is { } weights ? (weights with { Low = Math.Min(weights.Low, -weights.High) }).Stored : Onnx.OnnxType.Int8)
        .Select(type => type switch
        {
            Onnx.OnnxType.Int2 => TwoBits,
            Onnx.OnnxType.Int4 => FourBits,
            _ => ExportGraph.LowestOpset,
        })
        .Append(ExportGraph.LowestOpset)
        .Max();

    /// <summary>Writes them.</summary>
    /// <param name="graph">The graph, with normalisations folded.</param>
    /// <param name="factors">What each filter was multiplied by, by the name of the layer's weight.</param>
    /// <param name="layers">What the plan says, by the name of the layer's weight.</param>
    /// <returns>The weights of the layers that were found.</returns>
    public static IReadOnlySet<string> Run(ExportGraph graph, IReadOnlyDictionary<string, float[]> factors, IReadOnlyDictionary<string, LayerLevels> layers)
    {
        var inputs = new InputQuantizing(graph);
        (string Output, string Weight)[] found = [.. graph.Nodes.Where(node => graph.IsLayer(node) && layers.ContainsKey(node.Inputs[1])).Select(node => (node.Outputs[0], node.Inputs[1]))];
        foreach (var (output, weight) in found)
        {
            if (layers[weight].Inputs is { } grid)
            {
                inputs.Quantize(output, grid);
            }
        }

        // How a weight is written depends on whether the layer's result is quantised.
        foreach (var (output, weight) in found)
        {
            if (layers[weight].Weights is { FitsSignedByte: true } levels)
            {
                WeightPacking.Write(graph, graph.Nodes.FindIndex(node => node.Outputs[0] == output), levels, factors.GetValueOrDefault(weight));
            }
        }

        return found.Select(layer => layer.Weight).ToHashSet(StringComparer.Ordinal);
    }
}
