using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.OnnxExport.Quantized;
using AbsBuildTasks.Search.Profiling;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport;

/// <summary>Writes one layer as an ONNX file, as exports write it: in floating point, or between quantisers.</summary>
/// <remarks>
/// The layer stands there several times, side by side with weights of its own each, so that what a run costs beside the
/// layer counts little. All copies read one input: what runtimes do to it first, such as laying it out anew, they do once,
/// and between the layers of a network they do not do it either.
/// </remarks>
internal static class LayerGraph
{
    private const long Opset = 17;
    private const long IrVersion = 8;
    private const float Scale = 1f / 64;

    /// <summary>Makes the file.</summary>
    /// <param name="call">What the layer runs.</param>
    /// <param name="shape">The layer.</param>
    /// <param name="filters">Filters that stay: a point of <see cref="PruningGrid"/>.</param>
    /// <param name="inputs">Live inputs, likewise.</param>
    /// <param name="isOnIntegers">Whether between quantisers.</param>
    /// <param name="batch">Examples in a run.</param>
    /// <param name="copies">How often the layer stands there; 0 for a file that does next to nothing.</param>
    /// <param name="inputMultiple">The multiple of input channels that the runtime takes at a time; see <see cref="PixelBlocks"/>.</param>
    public static byte[] Write(LayerCall call, LayerShape shape, long filters, long inputs, bool isOnIntegers, int batch, int copies, int inputMultiple = 1)
    {
        var parts = new Parts(isOnIntegers);
        for (var copy = 0; copy < copies; copy++)
        {
            AddLayer(parts, call, shape, PruningGrid.At(shape, filters, inputs), batch, FormattableString.Invariant($"_{copy}"));
        }

        if (copies == 0)
        {
            parts.Inputs.Add(new("x", OnnxType.Float, [new OnnxDim(1)]));
            parts.Outputs.Add(new("y", OnnxType.Float, null));
            parts.Nodes.Add(new() { Name = "y", OpType = "Relu", Inputs = ["x"], Outputs = ["y"] });
        }

        var graph = parts.ToGraph();
        new PixelBlocks(graph, fuses: []).Run(inputMultiple);
        return new OnnxModel
        {
            IrVersion = IrVersion,
            Opsets = [new OnnxOpset("", Opset)],
            Producer = "AbsBuildTasks",
            Graph = new OnnxGraph { Name = "layer", Nodes = graph.Nodes, Initializers = [.. graph.Constants.Values], Inputs = parts.Inputs, Outputs = parts.Outputs },
        }.ToBytes();
    }

    /// <summary>The sides of an image's convolution; null of any other call.</summary>
    private static long[]? Sides(LayerCall call)
    {
        return call is { Operator: "Conv", Input.Count: 4, Kernel.Count: 2 } ? [Side(0), Side(1)] : null;

        long Side(int axis)
        {
            var padding = At("pads", axis, 0) + At("pads", axis + 2, 0);
            return ((call.Input[axis + 2] + padding - (At("dilations", axis, 1) * (call.Kernel[axis] - 1)) - 1) / At("strides", axis, 1)) + 1;
        }

        long At(string name, int index, long otherwise) => call.Attributes.FirstOrDefault(attribute => attribute.Name == name).Values is { } values ? values[index] : otherwise;
    }

    private static void AddLayer(Parts parts, LayerCall call, LayerShape shape, (long Filters, long Inputs, long Groups) sizes, int batch, string copy)
    {
        var (filters, inputs, groups) = sizes;
        long[] input = [.. call.Input.Select((size, dimension) => dimension == call.ChannelDimension ? inputs : dimension == 0 ? size * batch : size)];
        var isLinear = call.Operator is "Gemm" or "MatMul";
        long[] weight = call.Operator switch
        {
            "Gemm" => [filters, inputs],
            "MatMul" => [inputs, filters],
            "ConvTranspose" => [inputs, filters / groups, .. call.Kernel],
            _ => [filters, inputs / groups, .. call.Kernel],
        };
        var (x, w) = (parts.Input(copy, input), parts.Weight("w" + copy, weight));
        var bias = shape.HasBias ? parts.Bias("b" + copy, filters) : null;
        OnnxAttribute[] attributes =
        [
            .. call.Operator == "Gemm" ? [new OnnxAttribute("transB", 1L)] : Array.Empty<OnnxAttribute>(),
            .. isLinear ? [] : call.Attributes.Select(attribute => new OnnxAttribute(attribute.Name, attribute.Values.ToArray())),
            .. isLinear ? [] : new[] { new OnnxAttribute("kernel_shape", call.Kernel.ToArray()), new OnnxAttribute("group", groups) },
        ];
        var hasOwnBias = bias is not null && call.Operator != "MatMul";
        var value = parts.Add("layer" + copy, call.Operator, hasOwnBias ? [x, w, bias!] : [x, w], attributes);
        if (Sides(call) is { } sides)
        {
            parts.Shapes["x"] = input;
            parts.Shapes[value] = [batch, filters, .. sides];
        }

        parts.Output("y" + copy, bias is not null && !hasOwnBias ? parts.Add("sum" + copy, "Add", [value, bias]) : value);
    }

    /// <summary>A graph in the making.</summary>
    private sealed class Parts(bool isOnIntegers)
    {
        private readonly Random _random = new(1);

        public List<OnnxNode> Nodes { get; } = [];

        public List<OnnxTensor> Constants { get; } = [];

        public List<OnnxValueInfo> Inputs { get; } = [];

        public List<OnnxValueInfo> Outputs { get; } = [];

        /// <summary>Shapes of images, by name.</summary>
        public Dictionary<string, long[]> Shapes { get; } = new(StringComparer.Ordinal);

        /// <summary>What passes work on.</summary>
        public ExportGraph ToGraph()
        {
            var graph = new ExportGraph(Opset);
            foreach (var name in Inputs.Select(input => input.Name).Concat(Nodes.Select(node => node.Outputs[0])))
            {
                _ = graph.Name(name);
            }

            Constants.ForEach(constant => graph.Constant(constant));
            graph.Nodes.AddRange(Nodes);
            graph.Outputs.AddRange(Outputs.Select(output => output.Name));
            foreach (var (name, shape) in Shapes)
            {
                graph.Values[name] = new ExportValue(OnnxType.Float, [.. shape.Select(size => new Extent(size))]);
            }

            return graph;
        }

        public string Add(string name, string operation, IReadOnlyList<string> inputs, params OnnxAttribute[] attributes)
        {
            Nodes.Add(new() { Name = name, OpType = operation, Inputs = inputs, Outputs = [name], Attributes = attributes });
            return name;
        }

        public string Input(string copy, long[] shape)
        {
            if (Inputs.Count == 0)
            {
                Inputs.Add(new("x", isOnIntegers ? OnnxType.UInt8 : OnnxType.Float, [.. shape.Select(size => new OnnxDim(size))]));
            }

            // A quantiser for each: it goes into the layer, which a shared one could not.
            return isOnIntegers ? Dequantized("x", copy, OnnxType.UInt8, Scale) : "x";
        }

        public void Output(string name, string value)
        {
            Outputs.Add(new(name, isOnIntegers ? OnnxType.UInt8 : OnnxType.Float, null));
            _ = isOnIntegers
                ? Add(name, "QuantizeLinear", [value, .. ScaleOf(name, OnnxType.UInt8, 1)])
                : Add(name, "Identity", [value]);
        }

        public string Weight(string name, long[] shape)
        {
            var values = new byte[checked((int)shape.Aggregate(1L, (product, size) => product * size))];
            _random.NextBytes(values);
            if (isOnIntegers)
            {
                Constants.Add(new(name, OnnxType.Int8, shape, values));
                return Dequantized(name, "", OnnxType.Int8, Scale);
            }

            Constants.Add(OnnxTensor.Of(name, shape, Array.ConvertAll(values, value => Scale * (sbyte)value)));
            return name;
        }

        public string Bias(string name, long filters)
        {
            Constants.Add(OnnxTensor.Of(name, [filters], Enumerable.Range(0, (int)filters).Select(_ => _random.NextSingle()).ToArray()));
            return name;
        }

        private string Dequantized(string value, string copy, OnnxType type, float scale) =>
            Add(value + copy + "_d", "DequantizeLinear", [value, .. ScaleOf(value + copy, type, scale)]);

        private string[] ScaleOf(string name, OnnxType type, float scale)
        {
            string[] names = [name + "_scale", name + "_zero"];
            Constants.Add(OnnxTensor.Of(names[0], [], [scale]));
            Constants.Add(new(names[1], type, [], new byte[1]));
            return names;
        }
    }
}
