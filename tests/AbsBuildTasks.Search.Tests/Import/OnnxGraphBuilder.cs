using System.Runtime.InteropServices;
using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Search.Tests.Import;

/// <summary>Writes ONNX files as exporters do, node by node.</summary>
internal sealed class OnnxGraphBuilder
{
    private readonly List<OnnxNode> _nodes = [];
    private readonly List<OnnxTensor> _initializers = [];
    private readonly List<OnnxValueInfo> _inputs = [];
#pragma warning disable CA5394 // Tests, not secrets.
    private readonly Random _random = new(7);

    /// <summary>The version of the operators.</summary>
    public long Opset { get; init; } = 18;

    /// <summary>The examples in the file's inputs and outputs; null where their number is free.</summary>
    public long? Batch { get; init; }

    /// <summary>An input, of which the first dimension is the batch.</summary>
    public string Input(string name, params long[] shape) => Input(name, OnnxType.Float, shape);

    /// <summary>An input, of which the first dimension is the batch.</summary>
    public string Input(string name, OnnxType type, params long[] shape)
    {
        _inputs.Add(new OnnxValueInfo(name, type, [First, .. shape.Select(size => new OnnxDim(size))]));
        return name;
    }

    /// <summary>Random weights that keep the scale of what goes through them.</summary>
    public string Weight(string name, params long[] shape)
    {
        var fan = Math.Max(1, shape.Skip(1).Aggregate(1L, (product, size) => product * size));
        var scale = 2 * MathF.Sqrt(3f / fan);
        return Constant(name, shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(_ => scale * (_random.NextSingle() - 0.5f))]);
    }

    /// <summary>A constant of one value everywhere.</summary>
    public string Filled(string name, float value, params long[] shape) =>
        Constant(name, shape, [.. Enumerable.Repeat(value, (int)shape.Aggregate(1L, (product, size) => product * size))]);

    /// <summary>A constant.</summary>
    public string Constant(string name, long[] shape, float[] values)
    {
        _initializers.Add(OnnxTensor.Of(name, shape, values));
        return name;
    }

    /// <summary>Whole numbers.</summary>
    public string Ints(string name, params long[] values)
    {
        _initializers.Add(OnnxTensor.Of(name, [values.Length], values));
        return name;
    }

    /// <summary>One whole number.</summary>
    public string Int(string name, long value)
    {
        _initializers.Add(OnnxTensor.Of(name, [], [value]));
        return name;
    }

    /// <summary>Halves of a number's bits, as networks of half precision have them.</summary>
    public string Halves(string name, long[] shape, float[] values)
    {
        _initializers.Add(new OnnxTensor(name, OnnxType.Float16, shape, MemoryMarshal.AsBytes<Half>(values.Select(value => (Half)value).ToArray()).ToArray()));
        return name;
    }

    /// <summary>A node of one output.</summary>
    public string Add(string operation, string[] inputs, params OnnxAttribute[] attributes) => Add(operation, 1, inputs, attributes)[0];

    /// <summary>A node.</summary>
    public string[] Add(string operation, int outputs, string[] inputs, params OnnxAttribute[] attributes)
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(output => $"/{operation}_{_nodes.Count}_output_{output}")];
        _nodes.Add(new OnnxNode { Name = $"/block/{operation}_{_nodes.Count}", OpType = operation, Inputs = inputs, Outputs = names, Attributes = attributes });
        return names;
    }

    /// <summary>A convolution with weights of its own, with a bias.</summary>
    public string Conv(string name, string input, long inputs, long outputs, long size, long stride = 1, long groups = 1) => Add(
        "Conv",
        [input, Weight($"{name}.weight", outputs, inputs / groups, size, size), Weight($"{name}.bias", outputs)],
        new OnnxAttribute("strides", [stride, stride]),
        new OnnxAttribute("pads", [size / 2, size / 2, size / 2, size / 2]),
        new OnnxAttribute("group", groups));

    /// <summary>A batch normalisation.</summary>
    public string Norm(string name, string input, long channels) => Add(
        "BatchNormalization",
        [input, Filled($"{name}.weight", 1.1f, channels), Weight($"{name}.bias", channels), Weight($"{name}.running_mean", channels), Filled($"{name}.running_var", 0.9f, channels)]);

    /// <summary>The file.</summary>
    public OnnxModel Model(params string[] outputs) => new()
    {
        IrVersion = 8,
        Opsets = [new OnnxOpset("", Opset)],
        Graph = new OnnxGraph
        {
            Name = "main_graph",
            Nodes = _nodes,
            Initializers = _initializers,
            Inputs = _inputs,
            Outputs = [.. outputs.Select(output => new OnnxValueInfo(output, OnnxType.Float, null))],
        },
    };

    private OnnxDim First => Batch is { } size ? new OnnxDim(size) : new OnnxDim(null, "batch");
}
