using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>Takes pruned filters out of a graph, with what other layers have for their channels.</summary>
internal static class Shrinking
{
    /// <summary>Shrinks.</summary>
    /// <param name="graph">The graph, with normalisations folded.</param>
    /// <param name="factors">What each filter was multiplied by, by the name of the layer's weight.</param>
    /// <returns>The factors of the filters that stay.</returns>
    public static IReadOnlyDictionary<string, float[]> Run(ExportGraph graph, IReadOnlyDictionary<string, float[]> factors)
    {
        var flow = new ChannelFlow(graph);
        flow.Run();
        var (shrunk, groups) = (factors.ToDictionary(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            if (graph.IsLayer(node) && flow[node.Outputs[0]] is { } outputs)
            {
                graph.Nodes[i] = Layer(graph, flow, node, flow.Slots.Kept(outputs.Slots), groups, shrunk);
            }
            else if (node.OpType is "BatchNormalization" or "InstanceNormalization" && flow[node.Outputs[0]] is { } places)
            {
                graph.Nodes[i] = node.With([node.Inputs[0], .. node.Inputs.Skip(1).Select(name => Sliced(graph, name, 0, flow.Slots.Kept(places.Slots)))]);
            }
            else if (node.OpType == "Reshape" && flow[node.Outputs[0]] is { } reshaped)
            {
                graph.Nodes[i] = node.With([node.Inputs[0], Resized(graph, node.Inputs[1], reshaped.Axis, flow.Slots.Kept(reshaped.Slots).Length)]);
            }
        }

        foreach (var following in flow.Following)
        {
            Follow(graph, following, flow.Slots.Kept(following.Slots));
        }

        return shrunk;
    }

    /// <summary>A call of a layer. The first takes filters and inputs out of its weight, which keeps its name: further calls have the same.</summary>
    private static OnnxNode Layer(ExportGraph graph, ChannelFlow flow, OnnxNode node, int[] filters, Dictionary<string, int> groups, Dictionary<string, float[]> factors)
    {
        if (!groups.TryGetValue(node.Inputs[1], out var count))
        {
            var inputs = flow[node.Inputs[0]] is { Axis: 1, IsZero: true } places ? flow.Slots.Kept(places.Slots) : null;
            var layer = new LayerWeight(graph, node);
            groups[node.Inputs[1]] = count = layer.IsDepthwise ? inputs!.Length : layer.Groups;
            foreach (var (dim, kept) in layer.Slices(filters, inputs))
            {
                Replace(graph, node.Inputs[1], dim, kept);
            }

            if (factors.TryGetValue(node.Inputs[1], out var factor))
            {
                factors[node.Inputs[1]] = [.. filters.Select(filter => factor[filter])];
            }

            if (node.Inputs.Count > 2 && graph.Uses(node.Inputs[1]) > 1)
            {
                Replace(graph, node.Inputs[2], 0, filters);
            }
        }

        var isShared = graph.Uses(node.Inputs[1]) > 1;
        string[] bias = node.Inputs.Count < 3 ? [] : [isShared ? node.Inputs[2] : Sliced(graph, node.Inputs[2], 0, filters)];
        var shrunk = node.With([.. node.Inputs.Take(2), .. bias]);
        return node.OpType == "Gemm" ? shrunk : shrunk.WithAttribute(new OnnxAttribute("group", (long)count));
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
            value = Sliced(graph, value, following.Axis, kept);
        }
        else
        {
            var result = graph.Name("Gather");
            graph.Nodes.Insert(at++, new OnnxNode { Name = result, OpType = "Gather", Inputs = [value, graph.Integers([.. kept.Select(channel => (long)channel)])], Outputs = [result], Attributes = [new OnnxAttribute("axis", (long)following.Axis)] });
            value = result;
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

    private static void Replace(ExportGraph graph, string name, int dim, int[] kept) => graph.Replace(Part(graph.Constants[name], dim, kept));

    private static string Sliced(ExportGraph graph, string name, int dim, int[] kept)
    {
        var tensor = graph.Constants[name];
        if (kept.Length == tensor.Dims[dim])
        {
            return name;
        }

        var sliced = Part(tensor, dim, kept);

        // Where another node has the whole of it, that stays.
        if (graph.Uses(name) > 1)
        {
            return graph.Constant(sliced);
        }

        graph.Replace(sliced);
        return name;
    }

    private static OnnxTensor Part(OnnxTensor tensor, int dim, int[] kept) => OnnxTensor.Of(
        tensor.Name,
        [.. tensor.Dims.Select((size, i) => i == dim ? kept.Length : size)],
        FilterSlices.Kept(TensorBytes.Floats(tensor), tensor.Dims, dim, kept));
}
