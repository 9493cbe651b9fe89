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
        var shrunk = factors.ToDictionary(StringComparer.Ordinal);
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            if (graph.IsLayer(node))
            {
                graph.Nodes[i] = Layer(graph, flow, node, shrunk);
            }
            else if (node.OpType == "BatchNormalization" && flow[node.Inputs[0]] is { } slots)
            {
                graph.Nodes[i] = node.With([node.Inputs[0], .. node.Inputs.Skip(1).Select(name => Sliced(graph, name, 0, flow.Slots.Kept(slots)))]);
            }
        }

        return shrunk;
    }

    private static OnnxNode Layer(ExportGraph graph, ChannelFlow flow, OnnxNode node, Dictionary<string, float[]> factors)
    {
        var (inputs, outputs) = (flow[node.Inputs[0]], flow[node.Outputs[0]]);
        var isDepthwise = node.OpType == "Conv" && node.Int("group", 1) > 1;
        if (outputs is null)
        {
            return node;
        }

        var kept = flow.Slots.Kept(outputs);
        var weight = Sliced(graph, node.Inputs[1], node.FilterDim(), kept);
        if (!isDepthwise && inputs is not null)
        {
            weight = Sliced(graph, weight, 1 - node.FilterDim(), flow.Slots.Kept(inputs));
        }

        if (factors.Remove(node.Inputs[1], out var factor))
        {
            factors[weight] = [.. kept.Select(filter => factor[filter])];
        }

        string[] bias = node.Inputs.Count > 2 ? [Sliced(graph, node.Inputs[2], 0, kept)] : [];
        var shrunk = node.With([node.Inputs[0], weight, .. bias]);
        return isDepthwise ? shrunk.WithAttribute(new OnnxAttribute("group", (long)kept.Length)) : shrunk;
    }

    private static string Sliced(ExportGraph graph, string name, int dim, int[] kept)
    {
        var tensor = graph.Constants[name];
        if (kept.Length == tensor.Dims[dim])
        {
            return name;
        }

        long[] dims = [.. tensor.Dims.Select((size, i) => i == dim ? kept.Length : size)];
        var sliced = OnnxTensor.Of(name, dims, FilterSlices.Kept(TensorBytes.Floats(tensor), tensor.Dims, dim, kept));

        // Where another node has the whole of it, that stays.
        if (graph.Uses(name) > 1)
        {
            return graph.Constant(sliced);
        }

        graph.Replace(sliced);
        return name;
    }
}
