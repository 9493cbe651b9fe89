using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>Follows channels through changes of shape and order.</summary>
/// <param name="graph">The graph.</param>
/// <param name="flow">What is known of values so far.</param>
internal sealed class ShapeFlow(ExportGraph graph, ChannelFlow flow)
{
    /// <summary>Follows a node with one value.</summary>
    /// <returns>Whether its channels can go.</returns>
    public bool TryFollow(OnnxNode node)
    {
        if (flow[node.Inputs[0]] is not { } places)
        {
            return true;
        }

        var result = node.OpType switch
        {
            "Flatten" => node.Int("axis", 1) == 1 && places.Axis == 1 ? Flat(places, SizesBehind(node.Inputs[0]) ?? []) : null,
            "Reshape" => Reshaped(node, places),
            "Squeeze" => Squeezed(node, places),
            "Transpose" => node.Ints("perm") is { Length: > 0 } order ? places with { Axis = Array.IndexOf(order, places.Axis) } : null,
            _ => Reduced(node, places),
        };
        if (result is null)
        {
            return false;
        }

        flow[node.Outputs[0]] = result;
        return true;
    }

    /// <summary>Values side by side.</summary>
    public bool TryConcat(OnnxNode node)
    {
        var parts = node.Inputs.Select(input => flow[input]).OfType<ChannelPlaces>().ToArray();
        if (parts.Length != node.Inputs.Count || Array.Exists(parts, part => (part.Axis, part.Rank) != (parts[0].Axis, parts[0].Rank)))
        {
            return false;
        }

        if (parts[0].Axis != node.Int("axis", 0))
        {
            // Positions one after the other: all have the same channels.
            if (Array.Exists(parts, part => !part.IsLike(parts[0]) || part.IsZero != parts[0].IsZero))
            {
                return false;
            }

            Array.ForEach(parts, part => flow.Slots.Unite(parts[0].Slots, part.Slots));
            flow[node.Outputs[0]] = parts[0];
            return true;
        }

        flow[node.Outputs[0]] = parts[0] with { Slots = [.. parts.SelectMany(part => part.Slots)], IsZero = Array.TrueForAll(parts, part => part.IsZero) };
        return true;
    }

    /// <summary>Whether neither examples nor channels are added.</summary>
    public bool IsAroundPositions(OnnxNode node) =>
        flow[node.Inputs[0]] is null or { Axis: 1 }
        && graph.Constants.TryGetValue(node.Inputs[1], out var pads) && TensorBytes.Integers(pads) is var sizes && sizes.Length >= 6 && new[] { 0, 1, sizes.Length / 2, (sizes.Length / 2) + 1 }.All(at => sizes[at] == 0);

    /// <summary>The sizes of a value behind its channels in dimension 1; null where they are not known, or depend on the batch.</summary>
    private long[]? SizesBehind(string value) => graph.Values.GetValueOrDefault(value)?.Shape is { } shape && shape.Skip(1).All(size => !size.IsBatch) && shape is [{ IsBatch: true, PerExample: 1 }, ..]
        ? [.. shape.Skip(2).Select(size => size.Fixed)]
        : null;

    /// <summary>Each channel has as many places as it has positions.</summary>
    private static ChannelPlaces? Flat(ChannelPlaces places, long[] behind) => behind.Length == places.Rank - 2
        ? places with { Rank = 2, Slots = Repeated(places.Slots, behind.Aggregate(1L, (product, size) => product * size)) }
        : null;

    private ChannelPlaces? Reshaped(OnnxNode node, ChannelPlaces places)
    {
        if (!graph.Constants.TryGetValue(node.Inputs[1], out var target) || TensorBytes.Integers(target) is not { Length: > 1 } sizes)
        {
            return null;
        }

        // What stands before the last dimension is laid out anew.
        if (places.Axis == places.Rank - 1 && sizes[^1] == places.Slots.Length)
        {
            return places with { Axis = sizes.Length - 1, Rank = sizes.Length };
        }

        // What stands behind the channels is, and may become part of them.
        var (channels, behind) = (places.Slots.Length, SizesBehind(node.Inputs[0]));
        return places.Axis == 1 && sizes[0] == -1 && sizes[1] > 0 && sizes[1] % channels == 0 && behind is not null
            && sizes.Skip(2).Aggregate(sizes[1] / channels, (product, size) => product * size) == behind.Aggregate(1L, (product, size) => product * size)
            ? places with { Rank = sizes.Length, Slots = Repeated(places.Slots, sizes[1] / channels) }
            : null;
    }

    private ChannelPlaces? Squeezed(OnnxNode node, ChannelPlaces places) =>
        node.Inputs.Count > 1 && graph.Constants.TryGetValue(node.Inputs[1], out var constant) && TensorBytes.Integers(constant) is [>= 0 and var axis] && axis != places.Axis
            ? places with { Axis = places.Axis - (axis < places.Axis ? 1 : 0), Rank = places.Rank - 1 }
            : null;

    private ChannelPlaces? Reduced(OnnxNode node, ChannelPlaces places)
    {
        var axes = node.Inputs.Count > 1 ? graph.Constants.TryGetValue(node.Inputs[1], out var constant) ? TensorBytes.Integers(constant) : [] : node.Ints("axes");
        if (axes.Length == 0 || Array.Exists(axes, axis => axis < 1 || axis == places.Axis))
        {
            return null;
        }

        return node.Int("keepdims", 1) == 1 ? places : places with { Axis = places.Axis - axes.Count(axis => axis < places.Axis), Rank = places.Rank - axes.Length };
    }

    private static int[] Repeated(int[] slots, long times) => [.. slots.SelectMany(slot => Enumerable.Repeat(slot, (int)times))];
}
