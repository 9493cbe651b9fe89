using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>Follows channels through functions that take parts of a value.</summary>
/// <param name="graph">The graph.</param>
/// <param name="flow">What is known of values so far.</param>
internal sealed class SelectionFlow(ExportGraph graph, ChannelFlow flow)
{
    private readonly Dictionary<string, ChannelSelection> _selected = new(StringComparer.Ordinal);

    /// <summary>Which channels nodes take of their first input, by their results.</summary>
    public IReadOnlyDictionary<string, ChannelSelection> Selected => _selected;

    /// <summary>Follows a node.</summary>
    /// <returns>Whether its channels can go.</returns>
    public bool TryFollow(OnnxNode node) => flow[node.Inputs[0]] is not { } places ? node.Inputs.All(input => flow[input] is null) : node.OpType switch
    {
        "Split" => TrySplit(node, places),
        "Slice" => TrySlice(node, places),
        _ => TryGather(node, places),
    };

    private bool TrySplit(OnnxNode node, ChannelPlaces places)
    {
        if (Integers(node, 1) is not { } sizes)
        {
            return false;
        }

        var (start, isAcross) = (0, node.Int("axis", 0) == places.Axis);
        foreach (var (output, size) in node.Outputs.Zip(sizes))
        {
            flow[output] = isAcross ? places with { Slots = places.Slots[start..(start + (int)size)] } : places;
            start += (int)size;
        }

        return true;
    }

    private bool TrySlice(OnnxNode node, ChannelPlaces places)
    {
        if (Integers(node, 3) is not [var axis])
        {
            return false;
        }

        if (axis != places.Axis)
        {
            flow[node.Outputs[0]] = places;
            return true;
        }

        return Integers(node, 1) is [var start] && Integers(node, 2) is [var end] && (node.Inputs.Count < 5 || Integers(node, 4) is [1])
            && Select(node, places, Enumerable.Range(At(start), Math.Max(0, At(end) - At(start))));

        int At(long place) => (int)Math.Clamp(place < 0 ? place + places.Slots.Length : place, 0, places.Slots.Length);
    }

    private bool TryGather(OnnxNode node, ChannelPlaces places)
    {
        var (axis, dims) = ((int)node.Int("axis", 0), graph.Constants.GetValueOrDefault(node.Inputs[1])?.Dims.Count);
        if (Integers(node, 1) is not { } indices || dims > 1)
        {
            return false;
        }

        if (axis == places.Axis)
        {
            return dims == 1 && Select(node, places, indices.Select(index => (int)(index < 0 ? index + places.Slots.Length : index)));
        }

        // One index takes the dimension away.
        flow[node.Outputs[0]] = dims == 1 ? places : places with { Axis = places.Axis - (axis < places.Axis ? 1 : 0), Rank = places.Rank - 1 };
        return true;
    }

    private bool Select(OnnxNode node, ChannelPlaces places, IEnumerable<int> positions)
    {
        var selection = new ChannelSelection(places.Axis, [.. positions]);
        _selected[node.Outputs[0]] = selection;
        flow[node.Outputs[0]] = places with { Slots = [.. selection.Positions.Select(position => places.Slots[position])] };
        return true;
    }

    private long[]? Integers(OnnxNode node, int input) => input < node.Inputs.Count && graph.Constants.TryGetValue(node.Inputs[input], out var constant) && constant.Type == OnnxType.Int64 ? TensorBytes.Integers(constant) : null;
}
