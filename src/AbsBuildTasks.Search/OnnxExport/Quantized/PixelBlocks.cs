using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>
/// Lets convolutions on integers that have few input channels take blocks of neighbouring pixels: the pixels of a block become
/// channels, and each filter gives several results at once.
/// </summary>
/// <remarks>
/// The sums are the same, as what is added to kernels is zero. Runtimes take the bytes of several channels at a time: a kernel of 5×5
/// pixels on one channel is 25 copies of a byte, one on blocks of four pixels 10 copies of four. Their integer kernels see images as
/// [N, H, W, C]. There blocks are a matter of the shape alone, and runtimes drop the transpositions around it. The weight lies in the
/// file as the plan has it. Its other form is made when the file is loaded.
/// </remarks>
/// <param name="graph">The graph, with its weights packed.</param>
/// <param name="fuses">The operators that the runtime makes part of quantisers.</param>
internal sealed class PixelBlocks(ExportGraph graph, IReadOnlyCollection<string> fuses)
{
    // Beyond that, the zeros take longer than the copies did. docs/results.md has the measurements.
    private const double MostGrowth = 4;

    private static readonly long[] ChannelsLast = [0, 2, 3, 1];
    private static readonly long[] ChannelsFirst = [0, 3, 1, 2];

    /// <summary>Rewrites all that fit.</summary>
    /// <param name="multiple">The multiple of input channels that the runtime takes at a time; 1 where it does not matter.</param>
    public void Run(int multiple)
    {
        foreach (var output in graph.Nodes.Where(node => node.OpType == "Conv").Select(node => node.Outputs[0]).ToArray())
        {
            if (Find(output, multiple) is { } call)
            {
                Rewrite(call);
            }
        }
    }

    private BlockedCall? Find(string output, int multiple)
    {
        var layer = Maker(output)!;
        if (Maker(layer.Inputs[0]) is not { OpType: "DequantizeLinear" } input
            || Maker(layer.Inputs[1]) is not { OpType: "DequantizeLinear" } weight
            || graph.QuantizerBehind(layer, fuses) is not { } quantizer
            || Sides(Known(input.Inputs[0])) is not { } taken
            || Sides(output) is not { } given
            || Stored(weight).Dims is not [var filters, var channels, _, var kernel]
            || channels >= multiple
            || !layer.Inputs.Skip(2).All(graph.Constants.ContainsKey)
            || layer.Int("group", 1) != 1
            || layer.Ints("dilations") is [_, not 1])
        {
            return null;
        }

        var block = multiple / (int)System.Numerics.BigInteger.GreatestCommonDivisor(multiple, channels);
        var stride = layer.Ints("strides") is [_, var step] ? (int)step : 1;
        var before = layer.Ints("pads") is { Length: 4 } pads ? (int)pads[1] : 0;
        return BlockedRow.TryOf(block, (int)taken.Width, (int)given.Width, (int)kernel, stride, before) is { } row && row.Growth((int)kernel) <= MostGrowth
            ? new BlockedCall(layer, input, weight, quantizer, [filters, channels, .. Stored(weight).Dims.Skip(2)], taken, given, row)
            : null;
    }

    private void Rewrite(BlockedCall call)
    {
        var (row, (filters, channels, height, width)) = (call.Row, (call.Dims[0], call.Dims[1], call.Dims[2], call.Dims[3]));
        var at = graph.Nodes.IndexOf(call.Layer);
        var pixels = call.Input.Inputs[0];
        var lines = channels == 1 ? pixels : Add("Transpose", [pixels], Order(ChannelsLast));
        var blocks = Add("Reshape", [lines, graph.Integers(0, call.Taken.Height, call.Taken.Width / row.Block, row.Block * channels)]);
        var input = Add("DequantizeLinear", [Add("Transpose", [blocks], Order(ChannelsFirst)), .. call.Input.Inputs.Skip(1)]);

        // Kernels one after the other, each a stride and a row of blocks behind the one before: cut into rows, each begins a stride later.
        var line = row.Kernel * row.Block;
        var stride = row.Block / row.Results;
        var kernels = Add("Pad", [call.Weight.Inputs[0], graph.Integers(0, 0, 0, row.Offset, 0, 0, 0, line + stride - row.Offset - width)]);
        kernels = Add("Tile", [kernels, graph.Integers(1, 1, 1, row.Results)]);
        kernels = Add("Slice", [kernels, graph.Integers(0), graph.Integers(row.Results * line), graph.Integers(3)]);
        kernels = Add("Reshape", [kernels, graph.Integers(filters, channels, height, row.Results, row.Kernel, row.Block)]);
        kernels = Add("Transpose", [kernels], Order([3, 0, 5, 1, 2, 4]));
        kernels = Add("Reshape", [kernels, graph.Integers(row.Results * filters, row.Block * channels, height, row.Kernel)]);
        var weight = Add("DequantizeLinear", [kernels, .. Scales(call)], [.. call.Weight.Attributes]);
        string[] inputs = [input, weight, .. call.Layer.Inputs.Skip(2).Select(Repeated)];
        graph.Nodes[at] = call.Layer.With(inputs, attributes: Attributes(call));
        foreach (var unused in new[] { call.Input, call.Weight }.Where(node => graph.Uses(node.Outputs[0]) == 0))
        {
            _ = graph.Nodes.Remove(unused);
        }

        at = graph.Nodes.IndexOf(call.Quantizer);
        var given = graph.Name(call.Quantizer.Outputs[0]);
        graph.Nodes[at++] = call.Quantizer.With(outputs: [given]);
        var results = Add("Reshape", [Add("Transpose", [given], Order(ChannelsLast)), graph.Integers(0, call.Given.Height, call.Given.Width, filters)]);
        _ = Add("Transpose", [results], Order(ChannelsFirst));
        graph.Nodes[at - 1] = graph.Nodes[at - 1].With(outputs: call.Quantizer.Outputs);

        string Repeated(string values) => Add("Tile", [values, graph.Integers(row.Results)]);

        IEnumerable<string> Scales(BlockedCall blocked) => graph.Constants[blocked.Weight.Inputs[1]].Dims.Count == 0
            ? blocked.Weight.Inputs.Skip(1)
            : [Repeated(blocked.Weight.Inputs[1]), graph.Constant(new OnnxTensor("zero_points", OnnxType.Int8, [row.Results * filters], new byte[row.Results * filters]))];

        string Add(string operation, string[] inputs, params OnnxAttribute[] attributes)
        {
            var result = graph.Name($"{call.Layer.Name}.{operation}");
            graph.Nodes.Insert(at++, new OnnxNode { Name = result, OpType = operation, Inputs = inputs, Outputs = [result], Attributes = attributes });
            return result;
        }
    }

    private static OnnxAttribute Order(long[] order) => new("perm", order);

    /// <summary>Rows of the image stay as they are.</summary>
    private static OnnxAttribute[] Attributes(BlockedCall call)
    {
        var pads = call.Layer.Ints("pads") is { Length: 4 } given ? given : new long[4];
        return
        [
            new("kernel_shape", new[] { call.Dims[2], call.Row.Kernel }),
            new("strides", new[] { call.Layer.Ints("strides") is [var stride, _] ? stride : 1L, 1L }),
            new("pads", new[] { pads[0], call.Row.Before, pads[2], call.Row.After }),
            new("dilations", new[] { call.Layer.Ints("dilations") is [var distance, _] ? distance : 1L, 1L }),
        ];
    }

    private OnnxNode? Maker(string value) => graph.Nodes.Find(node => node.Outputs[0] == value);

    /// <summary>The next value in front that has a known shape: quantising and clipping leave it as it is.</summary>
    private string Known(string value)
    {
        while (!graph.Values.ContainsKey(value) && Maker(value) is { OpType: "QuantizeLinear" or "DequantizeLinear" or "Clip" } maker)
        {
            value = maker.Inputs[0];
        }

        return value;
    }

    private (long Height, long Width)? Sides(string value) =>
        graph.Values.TryGetValue(value, out var known) && known.Shape is [_, _, { IsBatch: false } height, { IsBatch: false } width] ? (height.Fixed, width.Fixed) : null;

    /// <summary>The constant that becomes a weight.</summary>
    private OnnxTensor Stored(OnnxNode weight)
    {
        var name = weight.Inputs[0];
        while (!graph.Constants.ContainsKey(name))
        {
            name = Maker(name)!.Inputs[0];
        }

        return graph.Constants[name];
    }

    /// <summary>A convolution that can be rewritten.</summary>
    /// <param name="Layer">It.</param>
    /// <param name="Input">What makes its input of bytes.</param>
    /// <param name="Weight">What makes its weight.</param>
    /// <param name="Quantizer">What makes its result bytes.</param>
    /// <param name="Dims">Filters, channels, height and width of its weight.</param>
    /// <param name="Taken">The sides of what it takes.</param>
    /// <param name="Given">The sides of what it gives.</param>
    /// <param name="Row">How it goes over a row.</param>
    private sealed record BlockedCall(OnnxNode Layer, OnnxNode Input, OnnxNode Weight, OnnxNode Quantizer, long[] Dims, (long Height, long Width) Taken, (long Height, long Width) Given, BlockedRow Row);
}
