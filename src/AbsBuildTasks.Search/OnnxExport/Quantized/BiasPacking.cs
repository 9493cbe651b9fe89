using System.Runtime.InteropServices;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>Writes the bias of a layer on integers as it is added to sums of products: 32-bit whole numbers times the scales of its input and its weight.</summary>
/// <remarks>Runtimes would round it so by themselves. Where the file has it rounded, what is compared with the network includes that.</remarks>
internal static class BiasPacking
{
    // The other half of 32 bits is for the products.
    private const float Most = 1 << 30;

    /// <summary>The scales of a weight under which the bias has room.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="layer">The layer, whose input is quantised.</param>
    /// <param name="scales">One for each filter, or one for all.</param>
    /// <param name="fill">By what they are divided yet.</param>
    /// <returns>
    /// The same; but a larger one for a filter whose products are next to nothing beside its bias. Null where there is
    /// one scale for all, and no room.
    /// </returns>
    public static float[]? WithRoom(ExportGraph graph, OnnxNode layer, float[] scales, int fill)
    {
        if (layer.Inputs.Count < 3 || !graph.Constants.TryGetValue(layer.Inputs[2], out var bias))
        {
            return scales;
        }

        var unit = Most * InputScale(graph, layer) / fill;
        float[] least = [.. TensorBytes.Floats(bias).Select(value => Math.Abs(value) / unit)];
        return scales.Length == 1 ? (least.All(scale => scale <= scales[0]) ? scales : null) : [.. scales.Zip(least, Math.Max)];
    }

    /// <summary>Writes the bias.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="scales">Those of its weight in the file, under which it has room.</param>
    /// <param name="add">Adds a node.</param>
    /// <returns>The layer's inputs behind its weight.</returns>
    public static IEnumerable<string> Write(ExportGraph graph, OnnxNode layer, float[] scales, Func<string, string[], OnnxAttribute[], string> add)
    {
        if (layer.Inputs.Count < 3 || !graph.Constants.TryGetValue(layer.Inputs[2], out var bias))
        {
            return layer.Inputs.Skip(2);
        }

        var input = InputScale(graph, layer);
        float[] units = [.. scales.Select(scale => input * scale)];
        int[] whole = [.. TensorBytes.Floats(bias).Select((value, i) => (int)Math.Round(value / (double)units[units.Length == 1 ? 0 : i]))];
        var integers = graph.Constant(new OnnxTensor(bias.Name + ".integers", OnnxType.Int32, bias.Dims, MemoryMarshal.AsBytes<int>(whole).ToArray()));
        var unit = graph.Constant(OnnxTensor.Of(bias.Name + ".unit", units.Length == 1 ? [] : [units.Length], units));
        return [add("DequantizeLinear", [integers, unit], units.Length == 1 ? [] : [new OnnxAttribute("axis", 0L)])];
    }

    private static float InputScale(ExportGraph graph, OnnxNode layer) =>
        TensorBytes.Floats(graph.Constants[graph.Nodes.First(node => node.Outputs[0] == layer.Inputs[0]).Inputs[1]])[0];
}
