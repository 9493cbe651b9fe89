using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>Puts the levels of a layer's weight in place of its values.</summary>
/// <remarks>
/// Weights of few levels lie in the file in as few bits. A cast and a product then spread them over all of a signed byte, so
/// that the bias, which runtimes round to products of both scales, is rounded finely. Runtimes do all that when they load.
/// </remarks>
internal static class WeightPacking
{
    /// <summary>Writes the nodes that make the weight.</summary>
    /// <param name="graph">The graph; the nodes come right before the layer's.</param>
    /// <param name="at">Where the layer is in the graph.</param>
    /// <param name="grid">The weight's levels.</param>
    /// <param name="factor">What each filter was multiplied by; null where nothing was folded in.</param>
    /// <returns>How many nodes were added.</returns>
    public static int Write(ExportGraph graph, int at, LevelGrid grid, float[]? factor)
    {
        var layer = graph.Nodes[at];
        var weight = graph.Constants[layer.Inputs[1]];
        var filters = (int)weight.Dims[layer.FilterDim()];

        // A negative factor turns the levels' signs: scales are positive.
        float[] scales = factor is null ? [grid.Scale] : [.. factor.Select(f => f == 0 ? grid.Scale : Math.Abs(f) * grid.Scale)];
        float[] inverse = [.. Enumerable.Range(0, filters).Select(c => 1 / scales[c % scales.Length])];
        int[] levels = [.. FilterSlices.Multiplied(TensorBytes.Floats(weight), weight.Dims, layer.FilterDim(), inverse).Select(value => (int)MathF.Round(value))];
        var stored = (grid with { Low = Math.Min(grid.Low, -grid.High) }).Stored;
        var fill = stored == OnnxType.Int8 ? 1 : sbyte.MaxValue / Math.Max(1, Math.Max(grid.High, -grid.Low));
        var scale = graph.Constant(OnnxTensor.Of(layer.Name + ".scale", scales.Length == 1 ? [] : [scales.Length], [.. scales.Select(value => value / fill)]));
        var name = graph.Constant(new OnnxTensor(weight.Name + ".levels", stored, weight.Dims, Pack(levels, stored)));
        List<OnnxNode> added = [];
        if (stored != OnnxType.Int8)
        {
            name = Add("Cast", [name], new OnnxAttribute("to", (long)OnnxType.Int32));
            name = Add("Mul", [name, graph.Scalar(fill, OnnxType.Int32)]);
            name = Add("Cast", [name], new OnnxAttribute("to", (long)OnnxType.Int8));
        }

        var zero = graph.Constant(new OnnxTensor("zero_points", OnnxType.Int8, scales.Length == 1 ? [] : [scales.Length], new byte[scales.Length]));
        name = Add("DequantizeLinear", [name, scale, zero], scales.Length == 1 ? [] : [new OnnxAttribute("axis", (long)layer.FilterDim())]);
        graph.Nodes.InsertRange(at, added);
        graph.Nodes[at + added.Count] = layer.With([layer.Inputs[0], name, .. layer.Inputs.Skip(2)]);
        return added.Count;

        string Add(string operation, string[] inputs, params OnnxAttribute[] attributes)
        {
            var result = graph.Name($"{layer.Name}.{operation}");
            added.Add(new OnnxNode { Name = result, OpType = operation, Inputs = inputs, Outputs = [result], Attributes = attributes });
            return result;
        }
    }

    private static byte[] Pack(int[] levels, OnnxType type) => BitPacking.Pack(levels, type.Bits()!.Value);
}
