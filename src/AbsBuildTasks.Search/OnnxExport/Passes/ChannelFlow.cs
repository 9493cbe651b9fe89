using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>Follows the places of channels through a graph.</summary>
internal sealed class ChannelFlow
{
    // Zero stays zero, and each channel stays what it is.
    private static readonly HashSet<string> Passing = ["Relu", "LeakyRelu", "Elu", "Selu", "Celu", "Tanh", "HardSwish", "Erf", "Abs", "Neg", "Sqrt", "Sign", "Floor", "Ceil", "Identity"];

    // Likewise, where the channels are in dimension 1.
    private static readonly HashSet<string> OverPositions = ["MaxPool", "AveragePool", "GlobalAveragePool", "Resize"];

    // Each channel stays what it is, but zero becomes another number.
    private static readonly HashSet<string> Lighting = ["Sigmoid", "HardSigmoid", "Softplus", "Exp", "Cos"];

    private readonly ExportGraph _graph;
    private readonly Dictionary<string, ChannelPlaces> _places = new(StringComparer.Ordinal);
    private readonly LayerFlow _layers;
    private readonly RecurrentFlow _recurrent;
    private readonly ElementFlow _elements;
    private readonly ShapeFlow _shapes;
    private readonly SelectionFlow _selections;
    private readonly List<(string Output, string Value)> _whole = [];

    /// <summary>Prepares to follow a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="planned">What the plan counts of layers, by the names of their weights.</param>
    public ChannelFlow(ExportGraph graph, IReadOnlyDictionary<string, PlannedChannels> planned)
    {
        _graph = graph;
        (_layers, _recurrent, _elements, _shapes, _selections) = (new LayerFlow(graph, this, planned), new RecurrentFlow(graph, this, planned), new ElementFlow(graph, this), new ShapeFlow(graph, this), new SelectionFlow(graph, this));
    }

    /// <summary>The places.</summary>
    public ChannelSlots Slots { get; } = new();

    /// <summary>Values that lose channels with another one, and have all of them otherwise: a scale for each channel, for example.</summary>
    public IReadOnlyList<FollowingInput> Following => _elements.Following;

    /// <summary>Values that a node takes with all channels, by the node's first output: those that went must be put back as zeros.</summary>
    public IReadOnlyList<(string Output, string Value)> Whole => _whole;

    /// <summary>Which channels nodes take of their first input, by their results.</summary>
    public IReadOnlyDictionary<string, ChannelSelection> Selected => _selections.Selected;

    /// <summary>The inputs of calls that take some of a value with all channels, by their results.</summary>
    public IReadOnlyDictionary<string, int[]> Picked => _layers.Picked;

    /// <summary>Recurrent nodes, which lose hidden units.</summary>
    public RecurrentFlow Recurrent => _recurrent;

    /// <summary>Where a value's channels are; null where it has none that could go.</summary>
    public ChannelPlaces? this[string name]
    {
        get => _places.GetValueOrDefault(name);
        set => _places[name] = value!;
    }

    /// <summary>Follows the whole graph.</summary>
    public void Run()
    {
        var used = _graph.Outputs.ToHashSet(StringComparer.Ordinal);
        foreach (var node in _graph.Nodes.Reverse<OnnxNode>().Where(node => node.Outputs.Any(used.Contains)))
        {
            used.UnionWith(node.Inputs);
        }

        foreach (var node in _graph.Nodes)
        {
            // What nothing comes of decides on no channel, unlike a sum that something comes of. A layer's other calls may count.
            if ((!_graph.IsLayer(node) && !RecurrentFlow.IsRecurrent(node) && !node.Outputs.Any(used.Contains)) || !TryFollow(node))
            {
                TakeWhole(node, node.Inputs);
            }
        }

        foreach (var places in _graph.Outputs.Select(output => this[output]).OfType<ChannelPlaces>())
        {
            Slots.Hold(places.Slots);
        }

        // What is all zero keeps one channel: a layer without filters is none.
        foreach (var places in _places.Values.Where(places => !Slots.StaysAny(places.Slots)))
        {
            Slots.Hold(places.Slots[..1]);
        }
    }

    /// <summary>Says that a node takes values with all their channels.</summary>
    public void TakeWhole(OnnxNode node, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            if (this[value] is { IsZero: true } zero)
            {
                Slots.Want(zero.Slots);
                _whole.Add((node.Outputs[0], value));
            }
            else if (this[value] is { } other)
            {
                Slots.Hold(other.Slots);
            }
        }
    }

    private bool TryFollow(OnnxNode node) => node.OpType switch
    {
        _ when _graph.IsLayer(node) => _layers.TryLayer(node),
        _ when RecurrentFlow.IsRecurrent(node) => _recurrent.TryFollow(node),
        "BatchNormalization" or "InstanceNormalization" => _layers.TryNorm(node),
        "Clip" => TryPass(node, staysZero: IsAround(node)),
        "Add" or "Sub" or "Mul" or "Max" or "Min" or "Div" => _elements.TryBinary(node),
        "PRelu" => _elements.TryScaled(node, node.Inputs[0], node.Inputs[1]),
        "MatMul" => _elements.TryProduct(node),
        "Flatten" or "Reshape" or "Squeeze" or "Transpose" or "ReduceMean" or "ReduceMax" or "ReduceSum" => _shapes.TryFollow(node),
        "Concat" => !_recurrent.AreStates(node) && _shapes.TryConcat(node),
        "Split" or "Slice" or "Gather" => _selections.TryFollow(node),
        "Pad" => node.Inputs.Count < 3 && _shapes.IsAroundPositions(node) && TryPass(node, staysZero: true),

        // Of the batch, or with the channels for what has as many.
        "Shape" => node.Int("end", 0) is 1 or 2 && this[node.Inputs[0]] is null or { Axis: 1 },
        _ when Lighting.Contains(node.OpType) => TryPass(node, staysZero: false),
        _ when OverPositions.Contains(node.OpType) => this[node.Inputs[0]] is null or { Axis: 1 } && TryPass(node, staysZero: true),
        _ => Passing.Contains(node.OpType) && TryPass(node, staysZero: true),
    };

    private bool TryPass(OnnxNode node, bool staysZero)
    {
        if (this[node.Inputs[0]] is { } places)
        {
            this[node.Outputs[0]] = places with { IsZero = places.IsZero && staysZero };
        }

        return true;
    }

    private bool IsAround(OnnxNode clip)
    {
        float[] limits = [.. clip.Inputs.Skip(1).Select(name => _graph.Constants.TryGetValue(name, out var limit) && limit.Type == OnnxType.Float ? TensorBytes.Floats(limit)[0] : float.NaN)];
        return limits.ElementAtOrDefault(0) <= 0 && (limits.Length < 2 || limits[1] >= 0);
    }
}
