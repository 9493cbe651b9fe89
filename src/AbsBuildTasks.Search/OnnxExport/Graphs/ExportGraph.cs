using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport.Graphs;

/// <summary>An ONNX graph that is being made.</summary>
/// <param name="opset">The version of ONNX's operators.</param>
internal sealed class ExportGraph(long opset)
{
    /// <summary>The version of ONNX's operators that full precision needs.</summary>
    public const long LowestOpset = OnnxRecord.LowestOpset;

    private readonly Dictionary<string, OnnxTensor> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<OnnxTensor>> _wishes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The version of ONNX's operators.</summary>
    public long Opset { get; } = opset;

    /// <summary>The nodes, each after those whose values it takes.</summary>
    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>The calls that nodes were written for, by the nodes' names.</summary>
    public Dictionary<string, TracedNode> Calls { get; } = new(StringComparer.Ordinal);

    /// <summary>The numbers of the traced values, by the names that they have from the start: of several with one name, the first.</summary>
    public Dictionary<string, int> Traced { get; } = new(StringComparer.Ordinal);

    /// <summary>What goes in.</summary>
    public List<string> Inputs { get; } = [];

    /// <summary>What comes out.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>What is known of values' types and shapes.</summary>
    public Dictionary<string, ExportValue> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>The constants that hold weights of native modules, by name.</summary>
    public Dictionary<string, NativeWeight> NativeWeights { get; } = new(StringComparer.Ordinal);

    /// <summary>The constants, by name.</summary>
    public IReadOnlyDictionary<string, OnnxTensor> Constants => _constants;

    /// <summary>A name that nothing in the graph has yet, and now has.</summary>
    /// <param name="wish">The name, unless it is taken.</param>
    public string Name(string wish)
    {
        var name = wish;
        while (!_names.Add(name))
        {
            var count = _counts[wish] = _counts.GetValueOrDefault(wish, 1) + 1;
            name = FormattableString.Invariant($"{wish}_{count}");
        }

        return name;
    }

    /// <summary>Adds a constant, or finds one that wished for the same name and has the same values.</summary>
    /// <returns>Its name.</returns>
    public string Constant(OnnxTensor tensor)
    {
        if (!_wishes.TryGetValue(tensor.Name, out var others))
        {
            _wishes[tensor.Name] = others = [];
        }

        if (others.Find(other => other.Type == tensor.Type && other.Dims.SequenceEqual(tensor.Dims) && other.Data.Span.SequenceEqual(tensor.Data.Span)) is { } same)
        {
            return same.Name;
        }

        var added = new OnnxTensor(Name(tensor.Name), tensor.Type, tensor.Dims, tensor.Data);
        others.Add(added);
        _constants[added.Name] = added;
        return added.Name;
    }

    /// <summary>Puts other values in a constant's place.</summary>
    public void Replace(OnnxTensor tensor) => _constants[tensor.Name] = tensor;

    /// <summary>A constant of whole numbers, in one dimension.</summary>
    public string Integers(params long[] values) => Constant(OnnxTensor.Of("ints", [values.Length], values));

    /// <summary>A scalar of a type.</summary>
    public string Scalar(double value, OnnxType type) => Constant(TensorBytes.Scalar("scalar", value, type));

    /// <summary>Adds a node with one result.</summary>
    /// <param name="name">Its name, unless that is taken; its result has the same.</param>
    /// <param name="operation">The operator.</param>
    /// <param name="inputs">The values it takes; empty where one is left out.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>The name of its result.</returns>
    public string Add(string name, string operation, IReadOnlyList<string> inputs, params OnnxAttribute[] attributes) => Add(name, operation, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several results.</summary>
    public string[] Add(string name, string operation, IReadOnlyList<string> inputs, int results, OnnxAttribute[] attributes)
    {
        var own = Name(name);
        string[] outputs = [own, .. Enumerable.Range(1, results - 1).Select(i => Name(FormattableString.Invariant($"{own}.{i}")))];
        Nodes.Add(new OnnxNode { Name = own, OpType = operation, Inputs = inputs, Outputs = outputs, Attributes = attributes });
        return outputs;
    }

    /// <summary>The file: constants that nothing uses are left out, and what is used comes in the order of its use.</summary>
    /// <param name="producerVersion">This product's version.</param>
    /// <param name="watched">Values of 32-bit floating point that come out behind the outputs, to be looked at.</param>
    public OnnxModel ToModel(string producerVersion, IEnumerable<string>? watched = null) => new()
    {
        // What reads opset 17 knows this version; packed types came later.
        IrVersion = Opset >= 25 ? 13 : Opset >= 21 ? 10 : 8,
        Opsets = [new OnnxOpset("", Opset)],
        Producer = "AbsBuildTasks",
        ProducerVersion = producerVersion,
        Graph = new OnnxGraph
        {
            Name = "network",
            Nodes = Nodes,
            Initializers = [.. Nodes.SelectMany(node => node.Inputs).Concat(Outputs).Distinct(StringComparer.Ordinal).Where(_constants.ContainsKey).Select(name => _constants[name])],
            Inputs = [.. Inputs.Select(Info)],
            Outputs = [.. Outputs.Select(Info), .. (watched ?? []).Select(name => new OnnxValueInfo(name, OnnxType.Float, null))],
        },
    };

    private OnnxValueInfo Info(string name) => new(name, Values[name].Type, [.. Values[name].Shape.Select(size => size.IsBatch ? new OnnxDim(null, size.PerExample == 1 ? "N" : FormattableString.Invariant($"{size.PerExample}*N")) : new OnnxDim(size.Fixed))]);
}

/// <summary>What is known of a value.</summary>
/// <param name="Type">What its elements are.</param>
/// <param name="Shape">Its shape.</param>
internal sealed record ExportValue(OnnxType Type, IReadOnlyList<Extent> Shape);
