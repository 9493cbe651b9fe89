using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>Takes filters and inputs out of layers.</summary>
/// <param name="graph">The graph.</param>
/// <param name="flow">Which channels stay.</param>
/// <param name="factors">What each filter was multiplied by, by the name of the layer's weight.</param>
/// <param name="planned">What the plan counts of layers, by the names of their weights.</param>
internal sealed class LayerShrinking(ExportGraph graph, ChannelFlow flow, IReadOnlyDictionary<string, float[]> factors, IReadOnlyDictionary<string, PlannedChannels> planned)
{
    private readonly Dictionary<string, float[]> _factors = factors.ToDictionary(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool[]> _live = new(StringComparer.Ordinal);

    /// <summary>The factors of the filters that stay.</summary>
    public IReadOnlyDictionary<string, float[]> Factors => _factors;

    /// <summary>Shrinks a call of a layer. The first takes filters and inputs out of its weight, which keeps its name: further calls have the same.</summary>
    /// <param name="at">Where the call is in the graph.</param>
    /// <param name="filters">Filters that stay.</param>
    /// <returns>How many nodes came in front of it.</returns>
    public int Shrink(int at, int[] filters)
    {
        var node = graph.Nodes[at];
        var (weight, isShared) = (node.Inputs[1], graph.Uses(node.Inputs[1]) > 1);
        if (!_groups.ContainsKey(weight))
        {
            var layer = new LayerWeight(graph, node);
            _live[weight] = planned.GetValueOrDefault(weight)?.Inputs is { } counted && !layer.IsDepthwise ? counted : [.. Enumerable.Repeat(true, layer.Inputs)];
            var kept = Inputs(node).Wanted;
            _groups[weight] = layer.IsDepthwise ? kept.Length : layer.Groups;
            foreach (var (dim, part) in layer.Slices(filters, kept))
            {
                Replace(weight, dim, part);
            }

            if (_factors.TryGetValue(weight, out var factor))
            {
                _factors[weight] = [.. filters.Select(filter => factor[filter])];
            }

            if (node.Inputs.Count > 2 && isShared)
            {
                Replace(node.Inputs[2], 0, filters);
            }
        }

        var (present, wanted) = Inputs(node);
        string[] bias = node.Inputs.Count < 3 ? [] : [isShared ? node.Inputs[2] : graph.Sliced(node.Inputs[2], 0, filters)];
        var input = node.Inputs[0];
        if (wanted.Length < present.Length)
        {
            input = graph.Name("Gather");
            graph.Nodes.Insert(at++, new ChannelSelection(1, [.. wanted.Select(channel => Array.IndexOf(present, channel))]).Node(graph, node.Inputs[0], input));
        }

        var shrunk = node.With([input, weight, .. bias]);
        graph.Nodes[at] = node.OpType == "Gemm" ? shrunk : shrunk.WithAttribute(new OnnxAttribute("group", (long)_groups[weight]));
        return wanted.Length < present.Length ? 1 : 0;
    }

    /// <summary>Which inputs the value has that a call takes, and which of them the layer wants.</summary>
    private (int[] Present, int[] Wanted) Inputs(OnnxNode node)
    {
        var live = _live[node.Inputs[1]];
        int[] present = flow[node.Inputs[0]] is { Axis: 1, IsZero: true } places ? flow.Slots.Kept(places.Slots) : [.. Enumerable.Range(0, live.Length)];
        int[] wanted = flow.Picked.TryGetValue(node.Outputs[0], out var slots) ? flow.Slots.Kept(slots) : [.. present.Where(channel => live[channel])];
        return (present, wanted.Length == 0 ? present[..1] : wanted);
    }

    private void Replace(string name, int dim, int[] kept) => graph.Replace(FilterSlices.Part(graph.Constants[name], dim, kept));
}
