using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Search.Profiling;

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
    public static byte[] Write(LayerCall call, LayerShape shape, long filters, long inputs, bool isOnIntegers, int batch, int copies)
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

        return new OnnxModel
        {
            IrVersion = IrVersion,
            Opsets = [new OnnxOpset("", Opset)],
            Producer = "AbsBuildTasks",
            Graph = new OnnxGraph { Name = "layer", Nodes = parts.Nodes, Initializers = parts.Constants, Inputs = parts.Inputs, Outputs = parts.Outputs },
        }.ToBytes();
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
