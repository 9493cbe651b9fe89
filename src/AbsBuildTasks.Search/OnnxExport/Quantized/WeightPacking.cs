using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>Puts the levels of a layer's weight in place of its values.</summary>
/// <remarks>
/// Weights of few levels lie in the file in as few bits. A cast and a product then spread them over all of a signed byte, so
/// that the bias, which runtimes round to products of both scales, is rounded finely. Runtimes do all that when they load.
/// They do not fold DequantizeLinear, though, for a layer that stays in floating point: its levels are cast and multiplied.
/// </remarks>
internal static class WeightPacking
{
    /// <summary>Writes the nodes that make the weight.</summary>
    /// <param name="graph">The graph; the nodes come right before the layer's.</param>
    /// <param name="at">Where the layer is in the graph.</param>
    /// <param name="grid">The weight's levels.</param>
    /// <param name="fuses">The operators that the runtime makes part of quantisers.</param>
    /// <param name="factor">What each filter's levels are multiplied by beside the grid's scale; null where all are alike.</param>
    /// <returns>How the weight lies in the file.</returns>
    public static PackedWeight Write(ExportGraph graph, int at, LevelGrid grid, IReadOnlyCollection<string> fuses, float[]? factor)
    {
        var layer = graph.Nodes[at];
        var weight = graph.Constants[layer.Inputs[1]];

        // A negative factor turns the levels' signs: scales are positive.
        float[] scales = factor is null ? [grid.Scale] : [.. factor.Select(f => f == 0 ? grid.Scale : Math.Abs(f) * grid.Scale)];

        // The weight of a transposed convolution has only one dimension for the filters of all groups.
        var groups = layer.OpType == "ConvTranspose" && scales.Length > 1 ? (int)layer.Int("group", 1) : 1;
        float[] inverse = [.. (groups == 1 ? scales : Spread(scales, groups, (int)weight.Dims[0])).Select(value => 1 / value)];
        int[] levels = [.. FilterSlices.Multiplied(TensorBytes.Floats(weight), weight.Dims, layer.FilterDim(), inverse).Select(value => (int)MathF.Round(value))];
        var (needed, stored) = (grid.Turned.Stored, grid.Turned.StoredAt(graph.Opset));
        var isOnIntegers = IsOnIntegers(graph, layer, fuses);
        var fill = needed == OnnxType.Int8 || !isOnIntegers ? 1 : sbyte.MaxValue / Math.Max(1, Math.Max(grid.High, -grid.Low));
        if (stored == OnnxType.Int8)
        {
            // Nothing spreads them when the file is loaded.
            levels = [.. levels.Select(level => level * fill)];
        }

        long[] shape = scales.Length == 1 ? [] : isOnIntegers ? [scales.Length] : [.. weight.Dims.Select((size, i) => i == layer.FilterDim() ? size : 1L)];
        if (groups > 1)
        {
            shape = [groups, .. shape];
        }

        IReadOnlyList<long> dims = groups == 1 ? weight.Dims : [groups, weight.Dims[0] / groups, .. weight.Dims.Skip(1)];
        var scale = graph.Constant(OnnxTensor.Of(layer.Name + ".scale", shape, [.. scales.Select(value => value / fill)]));
        var packed = BitPacking.Pack(levels, stored.Bits()!.Value);
        var name = graph.Constant(new OnnxTensor(weight.Name + ".levels", stored, dims, packed));
        List<OnnxNode> added = [];
        if (!isOnIntegers)
        {
            name = Add("Mul", [Add("Cast", [name], new OnnxAttribute("to", (long)OnnxType.Float)), scale]);
            name = groups == 1 ? name : Add("Reshape", [name, graph.Integers([.. weight.Dims])]);
        }
        else
        {
            if (stored != OnnxType.Int8)
            {
                name = Add("Cast", [name], new OnnxAttribute("to", (long)OnnxType.Int32));
                name = Add("Mul", [name, graph.Scalar(fill, OnnxType.Int32)]);
                name = Add("Cast", [name], new OnnxAttribute("to", (long)OnnxType.Int8));
            }

            var zero = graph.Constant(new OnnxTensor("zero_points", OnnxType.Int8, shape, new byte[scales.Length]));
            name = Add("DequantizeLinear", [name, scale, zero], scales.Length == 1 ? [] : [new OnnxAttribute("axis", (long)layer.FilterDim())]);
        }

        graph.Nodes.InsertRange(at, added);
        graph.Nodes[at + added.Count] = layer.With([layer.Inputs[0], name, .. layer.Inputs.Skip(2)]);
        return new PackedWeight(isOnIntegers, packed.Length - (((levels.Length * needed.Bits()!.Value) + 7) / 8));

        string Add(string operation, string[] inputs, params OnnxAttribute[] attributes)
        {
            var result = graph.Name($"{layer.Name}.{operation}");
            added.Add(new OnnxNode { Name = result, OpType = operation, Inputs = inputs, Outputs = [result], Attributes = attributes });
            return result;
        }
    }

    /// <summary>The filters' scales for each input of a transposed convolution: those of its group.</summary>
    private static IEnumerable<float> Spread(float[] scales, int groups, int inputs) =>
        Enumerable.Range(0, inputs).SelectMany(input => scales.Chunk(scales.Length / groups).ElementAt(input / (inputs / groups)));

    /// <summary>Whether runtimes run a layer on integers: between quantised values, with nothing but clips behind it.</summary>
    /// <remarks>There are no kernels for transposed ones.</remarks>
    private static bool IsOnIntegers(ExportGraph graph, OnnxNode layer, IReadOnlyCollection<string> fuses) =>
        layer.OpType != "ConvTranspose"
        && graph.Nodes.Exists(node => node.OpType == "DequantizeLinear" && node.Outputs[0] == layer.Inputs[0])
        && graph.QuantizerBehind(layer, fuses) is not null;
}
