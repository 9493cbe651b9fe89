using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>Follows the places of channels, in dimension 1, through a graph.</summary>
/// <param name="graph">The graph.</param>
internal sealed class ChannelFlow(ExportGraph graph)
{
    // Zero stays zero, and each channel stays what it is.
    private static readonly HashSet<string> Passing =
        ["Relu", "LeakyRelu", "Elu", "Selu", "Celu", "Tanh", "HardSwish", "Erf", "Abs", "Neg", "Sqrt", "Sign", "Floor", "Ceil", "MaxPool", "AveragePool", "GlobalAveragePool", "Identity", "Resize"];

    private readonly Dictionary<string, int[]> _slots = new(StringComparer.Ordinal);

    /// <summary>The places.</summary>
    public ChannelSlots Slots { get; } = new();

    /// <summary>The places of a value's channels; null where the value has none that could go.</summary>
    public int[]? this[string value] => _slots.GetValueOrDefault(value);

    /// <summary>Follows the whole graph.</summary>
    public void Run()
    {
        foreach (var node in graph.Nodes)
        {
            if (!TryFollow(node))
            {
                Hold(node.Inputs);
            }
        }

        Hold(graph.Outputs);

        // A layer that is all zero keeps one filter: none is no layer.
        foreach (var slots in graph.Nodes.Where(graph.IsLayer).Select(node => this[node.Outputs[0]]).OfType<int[]>().Where(slots => !Slots.StaysAny(slots)))
        {
            Slots.Hold(slots[..1]);
        }
    }

    private bool TryFollow(OnnxNode node) => node.OpType switch
    {
        _ when graph.IsLayer(node) => TryLayer(node),
        "BatchNormalization" => TryNorm(node),
        "Clip" => IsAround(node) && TryPass(node),
        "Add" or "Sub" or "Mul" => TryUnite(node),
        "ReduceMean" or "ReduceMax" or "ReduceSum" => IsOverPositions(node) && TryPass(node),
        "Flatten" => TryFlatten(node),
        "Concat" => TryConcat(node),
        "Pad" => node.Inputs.Count < 3 && IsAroundPositions(node) && TryPass(node),

        // Of the batch, or with the channels for what has as many.
        "Shape" => node.Int("end", 0) is 1 or 2,
        _ => Passing.Contains(node.OpType) && TryPass(node),
    };

    /// <summary>Whether neither examples nor channels are added.</summary>
    private bool IsAroundPositions(OnnxNode node) =>
        graph.Constants.TryGetValue(node.Inputs[1], out var pads) && TensorBytes.Integers(pads) is var sizes && sizes.Length >= 6 && new[] { 0, 1, sizes.Length / 2, (sizes.Length / 2) + 1 }.All(at => sizes[at] == 0);

    private bool TryLayer(OnnxNode node)
    {
        // Each of its uses would leave out other filters.
        if (graph.Uses(node.Inputs[1]) > 1)
        {
            return false;
        }

        var (weight, groups) = (graph.Constants[node.Inputs[1]], node.OpType == "Gemm" ? 1 : node.Int("group", 1));
        if (node.Inputs.Count > 2 && !graph.Constants.ContainsKey(node.Inputs[2]))
        {
            return false;
        }

        float[] bias = node.Inputs.Count > 2 ? TensorBytes.Floats(graph.Constants[node.Inputs[2]]) : [];
        var hasBias = bias.Select(value => value != 0).ToArray();
        if (groups > 1)
        {
            // Depthwise: a filter a channel. What such a filter adds to a channel of zeros is its bias.
            var isDepthwise = node.OpType == "Conv" && groups == weight.Dims[0] && weight.Dims[1] == 1 && this[node.Inputs[0]]?.Length == groups;
            if (isDepthwise)
            {
                _slots[node.Outputs[0]] = this[node.Inputs[0]]!;
                Slots.Hold(this[node.Inputs[0]]!.Where((_, c) => hasBias.ElementAtOrDefault(c)));
            }

            return isDepthwise;
        }

        var zero = FilterSlices.AreZero(TensorBytes.Floats(weight), weight.Dims, node.FilterDim());
        _slots[node.Outputs[0]] = Slots.Make(zero.Select((isZero, c) => !isZero || hasBias.ElementAtOrDefault(c)));
        return true;
    }

    private bool TryNorm(OnnxNode node)
    {
        if (this[node.Inputs[0]] is not { } slots || !node.Inputs.Skip(1).All(graph.Constants.ContainsKey))
        {
            return false;
        }

        float[][] terms = [.. node.Inputs.Skip(1).Select(name => TensorBytes.Floats(graph.Constants[name]))];
        Slots.Hold(slots.Where((_, c) => terms[1][c] != 0 || (terms[0][c] != 0 && terms[2][c] != 0)));
        _slots[node.Outputs[0]] = slots;
        return true;
    }

    private bool TryPass(OnnxNode node)
    {
        if (this[node.Inputs[0]] is { } slots)
        {
            _slots[node.Outputs[0]] = slots;
        }

        return true;
    }

    /// <summary>Sums and products of values with the same channels, or with one number.</summary>
    private bool TryUnite(OnnxNode node)
    {
        var (left, right) = (this[node.Inputs[0]], this[node.Inputs[1]]);
        if (left is not null && right is not null && left.Length == right.Length)
        {
            Slots.Unite(left, right);
            _slots[node.Outputs[0]] = left;
            return true;
        }

        var scalar = node.OpType == "Mul" ? node.Inputs.FirstOrDefault(input => graph.Constants.TryGetValue(input, out var constant) && constant.Dims.Count == 0) : null;
        if (scalar is null || (left ?? right) is not { } slots)
        {
            return false;
        }

        _slots[node.Outputs[0]] = slots;
        return true;
    }

    /// <summary>The sizes behind the channels do not depend on the batch: each channel has as many places.</summary>
    private bool TryFlatten(OnnxNode node)
    {
        if (node.Int("axis", 1) != 1 || this[node.Inputs[0]] is not { } slots || graph.Values.GetValueOrDefault(node.Inputs[0])?.Shape is not { } shape)
        {
            return false;
        }

        var positions = shape.Skip(2).Aggregate(1L, (product, size) => product * size.Fixed);
        _slots[node.Outputs[0]] = [.. slots.SelectMany(slot => Enumerable.Repeat(slot, (int)positions))];
        return true;
    }

    private bool TryConcat(OnnxNode node)
    {
        var parts = node.Inputs.Select(input => this[input]).ToArray();
        if (node.Int("axis", 0) != 1 || Array.Exists(parts, part => part is null))
        {
            return false;
        }

        _slots[node.Outputs[0]] = [.. parts.SelectMany(part => part!)];
        return true;
    }

    private bool IsAround(OnnxNode clip)
    {
        float[] limits = [.. clip.Inputs.Skip(1).Select(name => graph.Constants.TryGetValue(name, out var limit) && limit.Type == OnnxType.Float ? TensorBytes.Floats(limit)[0] : float.NaN)];
        return limits.ElementAtOrDefault(0) <= 0 && (limits.Length < 2 || limits[1] >= 0);
    }

    private bool IsOverPositions(OnnxNode node)
    {
        var axes = node.Inputs.Count > 1 ? System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(graph.Constants[node.Inputs[1]].Data.Span).ToArray() : node.Ints("axes");
        return axes.Length > 0 && Array.TrueForAll(axes, axis => axis >= 2);
    }

    private void Hold(IEnumerable<string> values)
    {
        foreach (var slots in values.Select(value => this[value]).OfType<int[]>())
        {
            Slots.Hold(slots);
        }
    }
}
