using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>Follows channels through functions of two values.</summary>
/// <param name="graph">The graph.</param>
/// <param name="flow">What is known of values so far.</param>
internal sealed class ElementFlow(ExportGraph graph, ChannelFlow flow)
{
    private readonly List<FollowingInput> _following = [];

    /// <summary>Inputs that have a value for each channel of another one.</summary>
    public IReadOnlyList<FollowingInput> Following => _following;

    /// <summary>Sums, products and the larger or smaller of two values.</summary>
    /// <returns>Whether channels can go on both sides.</returns>
    public bool TryBinary(OnnxNode node)
    {
        var (left, right) = (flow[node.Inputs[0]], flow[node.Inputs[1]]);
        if (left is null && right is null)
        {
            return true;
        }

        if (left is not null && right is not null && left.IsLike(right) && node.OpType != "Div")
        {
            var isProduct = node.OpType == "Mul";
            if (!isProduct || left.IsZero == right.IsZero || flow.Slots.AreSame(left.Slots, right.Slots))
            {
                flow.Slots.Unite(left.Slots, right.Slots);
                flow[node.Outputs[0]] = left with { IsZero = isProduct ? left.IsZero || right.IsZero : left.IsZero && right.IsZero };
                return true;
            }
        }

        return node.OpType switch
        {
            "Mul" when left is { IsZero: true } => TryScaled(node, node.Inputs[0], node.Inputs[1]),
            "Mul" when right is { IsZero: true } => TryScaled(node, node.Inputs[1], node.Inputs[0]),
            _ => TryNumber(node, left, right),
        };
    }

    /// <summary>A value that is zero without its filters, times another one: each channel goes with it, and takes its factor along.</summary>
    /// <param name="node">The node.</param>
    /// <param name="zero">The value.</param>
    /// <param name="factor">What it is multiplied by: one number, or one for each channel.</param>
    public bool TryScaled(OnnxNode node, string zero, string factor)
    {
        if (flow[zero] is not { IsZero: true } places || ShapeOf(factor) is not { } shape || shape.Length > places.Rank)
        {
            return false;
        }

        // Shapes are aligned at their ends.
        var axis = places.Axis - (places.Rank - shape.Length);
        if (axis >= 0 && shape[axis] == places.Slots.Length)
        {
            _following.Add(new FollowingInput(node.Outputs[0], factor, axis, places.Slots));
        }
        else if (axis >= 0 && shape[axis] != 1)
        {
            return false;
        }

        flow.TakeWhole(node, [factor]);
        flow[node.Outputs[0]] = places;
        return true;
    }

    /// <summary>A product of matrices: the columns of the second are those of the result, as of the values of an attention.</summary>
    public bool TryProduct(OnnxNode node)
    {
        flow.TakeWhole(node, node.Inputs.Take(1));
        if (flow[node.Inputs[1]] is not { } places)
        {
            return true;
        }

        if (places.Axis == 0 || places.Axis != places.Rank - 1 || ShapeOf(node.Inputs[0]) is not { } shape || shape.Length != places.Rank)
        {
            return false;
        }

        flow[node.Outputs[0]] = places;
        return true;
    }

    /// <summary>A value and one number.</summary>
    private bool TryNumber(OnnxNode node, ChannelPlaces? left, ChannelPlaces? right)
    {
        if ((left ?? right) is not { } places || ShapeOf(node.Inputs[left is null ? 0 : 1]) is not { Length: 0 } || (node.OpType == "Div" && left is null))
        {
            return false;
        }

        flow[node.Outputs[0]] = places with { IsZero = places.IsZero && node.OpType is "Mul" or "Div" };
        return true;
    }

    /// <summary>The sizes of a value, 0 for one that grows with the batch; null where they are not known.</summary>
    private long[]? ShapeOf(string value)
    {
        if (graph.Constants.TryGetValue(value, out var constant))
        {
            return [.. constant.Dims];
        }

        if (graph.Values.TryGetValue(value, out var known))
        {
            return [.. known.Shape.Select(size => size.Fixed)];
        }

        // A vector laid along another dimension.
        return graph.Nodes.Find(node => node.Outputs[0] == value) is { OpType: "Reshape" } made
            && graph.Constants.TryGetValue(made.Inputs[0], out var vector)
            && graph.Constants.TryGetValue(made.Inputs[1], out var target)
            && TensorBytes.Integers(target) is var sizes && sizes.Count(size => size != 1) <= 1
            ? [.. sizes.Select(size => size == -1 ? vector.Dims.Aggregate(1L, (product, side) => product * side) : size)]
            : null;
    }
}
