using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>Takes pruned filters out of a graph, with what other layers have for their channels.</summary>
/// <remarks>
/// What cannot be followed through the graph takes a value with all its channels: those that went are put back in front of it, as
/// zeros. A layer behind it picks the channels that the plan counts. So layers are as small as the plan says in any case.
/// </remarks>
internal static class Shrinking
{
    /// <summary>Shrinks.</summary>
    /// <param name="graph">The graph, with normalisations folded.</param>
    /// <param name="factors">What each filter was multiplied by, by the name of the layer's weight.</param>
    /// <param name="planned">What the plan counts of layers, by the names of their weights.</param>
    /// <returns>The factors of the filters that stay.</returns>
    public static IReadOnlyDictionary<string, float[]> Run(ExportGraph graph, IReadOnlyDictionary<string, float[]> factors, IReadOnlyDictionary<string, PlannedChannels> planned)
    {
        ShuffleFolding.Run(graph);
        var flow = new ChannelFlow(graph, planned);
        flow.Run();
        PutBack(graph, flow);
        var layers = new LayerShrinking(graph, flow, factors, planned);
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            var places = flow[node.Outputs[0]];
            if (graph.IsLayer(node) && places is not null)
            {
                i += layers.Shrink(i, flow.Slots.Kept(places.Slots));
            }
            else if (RecurrentFlow.IsRecurrent(node) && places is not null)
            {
                i += flow.Recurrent.Shrink(i);
            }
            else if (node.OpType == "Split" && node.Outputs.Select(output => flow[output]).ToArray() is [{ } first, ..] parts && node.Int("axis", 0) == first.Axis)
            {
                graph.Nodes[i] = node.With([node.Inputs[0], graph.Integers([.. parts.Select(part => (long)flow.Slots.Kept(part!.Slots).Length)])]);
            }
            else if (places is not null)
            {
                graph.Nodes[i] = Shrunk(graph, flow, node, places);
            }
        }

        foreach (var following in flow.Following)
        {
            Follow(graph, following, flow.Slots.Kept(following.Slots));
        }

        return layers.Factors;
    }

    /// <summary>Puts channels that went back as zeros, in front of nodes that take all of them.</summary>
    private static void PutBack(ExportGraph graph, ChannelFlow flow)
    {
        var made = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (output, value) in flow.Whole)
        {
            var places = flow[value]!;
            var kept = flow.Slots.Kept(places.Slots);
            var at = graph.Nodes.FindIndex(node => node.Outputs[0] == output);
            if (kept.Length == places.Slots.Length || !graph.Nodes[at].Inputs.Contains(value))
            {
                continue;
            }

            if (!made.TryGetValue(value, out var whole))
            {
                // One channel of zeros behind the others, which stands for all that went.
                var pads = new long[2 * places.Rank];
                pads[places.Rank + places.Axis] = 1;
                var padded = graph.Name("Pad");
                graph.Nodes.Insert(at++, new OnnxNode { Name = padded, OpType = "Pad", Inputs = [value, graph.Integers(pads)], Outputs = [padded] });
                made[value] = whole = graph.Name("Gather");
                var positions = Enumerable.Range(0, places.Slots.Length).Select(channel => Array.IndexOf(kept, channel) is >= 0 and var position ? position : kept.Length);
                graph.Nodes.Insert(at++, new ChannelSelection(places.Axis, [.. positions]).Node(graph, padded, whole));
            }

            graph.Nodes[at] = graph.Nodes[at].With([.. graph.Nodes[at].Inputs.Select(input => input == value ? whole : input)]);
        }
    }

    private static OnnxNode Shrunk(ExportGraph graph, ChannelFlow flow, OnnxNode node, ChannelPlaces places)
    {
        var kept = flow.Slots.Kept(places.Slots);
        if (node.OpType is "BatchNormalization" or "InstanceNormalization")
        {
            return node.With([node.Inputs[0], .. node.Inputs.Skip(1).Select(name => graph.Sliced(name, 0, kept))]);
        }

        if (node.OpType == "Reshape")
        {
            return node.With([node.Inputs[0], Resized(graph, node.Inputs[1], places.Axis, kept.Length)]);
        }

        if (flow.Selected.GetValueOrDefault(node.Outputs[0]) is not { } selection)
        {
            return node;
        }

        var present = flow.Slots.Kept(flow[node.Inputs[0]]!.Slots);
        return (selection with { Positions = [.. kept.Select(position => Array.IndexOf(present, selection.Positions[position]))] }).Node(graph, node.Inputs[0], node.Outputs[0]);
    }

    /// <summary>Takes the channels out of another value that has one for each.</summary>
    private static void Follow(ExportGraph graph, FollowingInput following, int[] kept)
    {
        if (kept.Length == following.Slots.Length)
        {
            return;
        }

        var at = graph.Nodes.FindIndex(node => node.Outputs[0] == following.Output);
        var node = graph.Nodes[at];
        var value = following.Value;
        if (graph.Constants.ContainsKey(value))
        {
            value = graph.Sliced(value, following.Axis, kept);
        }
        else
        {
            value = graph.Name("Gather");
            graph.Nodes.Insert(at++, new ChannelSelection(following.Axis, kept).Node(graph, following.Value, value));
        }

        graph.Nodes[at] = node.With([.. node.Inputs.Select(input => input == following.Value ? value : input)]);
    }

    /// <summary>A reshape's target with another size in one place.</summary>
    private static string Resized(ExportGraph graph, string target, int axis, int size)
    {
        var sizes = TensorBytes.Integers(graph.Constants[target]);
        if (sizes[axis] == size)
        {
            return target;
        }

        sizes[axis] = size;
        return graph.Integers(sizes);
    }
}
