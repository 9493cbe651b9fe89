using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>Follows channels through layers and normalisations.</summary>
/// <param name="graph">The graph.</param>
/// <param name="flow">What is known of values so far.</param>
/// <param name="planned">What the plan counts of layers, by the names of their weights.</param>
internal sealed class LayerFlow(ExportGraph graph, ChannelFlow flow, IReadOnlyDictionary<string, PlannedChannels> planned)
{
    private readonly Dictionary<string, int[]> _picked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ChannelPlaces? Inputs, ChannelPlaces? Outputs)> _called = new(StringComparer.Ordinal);

    /// <summary>The inputs of depthwise calls that take some of a value with all channels, by their results.</summary>
    public IReadOnlyDictionary<string, int[]> Picked => _picked;

    /// <summary>A layer makes new channels of those that it takes in.</summary>
    /// <returns>Whether both can go.</returns>
    public bool TryLayer(OnnxNode node)
    {
        if (!IsUsedAlike(node))
        {
            return false;
        }

        var inputs = flow[node.Inputs[0]];
        if (inputs is not ({ Axis: 1, IsZero: true } or null))
        {
            flow.TakeWhole(node, node.Inputs.Take(1));
            inputs = null;
        }

        inputs ??= PickedBy(node);

        if (_called.TryGetValue(node.Inputs[1], out var first))
        {
            Unite(node.Inputs[1], inputs, first.Inputs);
            if (first.Outputs is { } again)
            {
                flow[node.Outputs[0]] = again;
            }
        }
        else if (Outputs(node, inputs) is { } outputs)
        {
            flow[node.Outputs[0]] = outputs;
        }

        _ = _called.TryAdd(node.Inputs[1], (inputs, flow[node.Outputs[0]]));
        return flow[node.Outputs[0]] is not null;
    }

    /// <summary>A normalisation keeps a channel of zeros where it does not shift it.</summary>
    public bool TryNorm(OnnxNode node)
    {
        if (flow[node.Inputs[0]] is not { Axis: 1, IsZero: true } places || !node.Inputs.Skip(1).All(graph.Constants.ContainsKey))
        {
            return false;
        }

        float[][] terms = [.. node.Inputs.Skip(1).Select(name => TensorBytes.Floats(graph.Constants[name]))];
        flow.Slots.Hold(places.Slots.Where((_, c) => terms[1][c] != 0 || (terms.Length > 2 && terms[0][c] != 0 && terms[2][c] != 0)));
        flow[node.Outputs[0]] = places;
        return true;
    }

    /// <summary>Whether all that uses a layer's weight and bias is calls of it as a layer: these leave out the same filters.</summary>
    private bool IsUsedAlike(OnnxNode node)
    {
        if (graph.Uses(node.Inputs[1]) == 1)
        {
            return node.Inputs.Count < 3 || graph.Constants.ContainsKey(node.Inputs[2]);
        }

        var calls = graph.Nodes.Where(other => graph.IsLayer(other) && other.Inputs[1] == node.Inputs[1]).ToArray();
        return calls.Length == graph.Uses(node.Inputs[1])
            && Array.TrueForAll(calls, call => call.OpType == node.OpType && call.Int("group", 1) == node.Int("group", 1) && call.Inputs.Skip(1).SequenceEqual(node.Inputs.Skip(1)))
            && (node.Inputs.Count < 3 || (graph.Constants.ContainsKey(node.Inputs[2]) && graph.Uses(node.Inputs[2]) == calls.Length));
    }

    private void Unite(string weight, ChannelPlaces? inputs, ChannelPlaces? others)
    {
        if (inputs is not null && others is not null)
        {
            flow.Slots.Unite(inputs.Slots, others.Slots);
            return;
        }

        // Where one call takes in something else than channels, those that it needs stay in all.
        var live = planned.GetValueOrDefault(weight)?.Inputs;
        flow.Slots.Hold((inputs ?? others)?.Slots.Where((_, channel) => live?[channel] ?? true) ?? []);
    }

    /// <summary>A depthwise layer behind what cannot be followed: the plan says which of its channels stay.</summary>
    private ChannelPlaces? PickedBy(OnnxNode node)
    {
        if (planned.GetValueOrDefault(node.Inputs[1]) is not { Inputs: var live } || new LayerWeight(graph, node) is not { IsDepthwise: true, Rank: var rank })
        {
            return null;
        }

        var slots = flow.Slots.Make(live.Length);
        flow.Slots.Hold(slots.Where((_, input) => live[input]));
        _picked[node.Outputs[0]] = slots;
        return new ChannelPlaces(slots, 1, rank);
    }

    private ChannelPlaces? Outputs(OnnxNode node, ChannelPlaces? inputs)
    {
        var layer = new LayerWeight(graph, node);
        if (layer.IsDepthwise)
        {
            if (inputs is null)
            {
                return null;
            }

            // What such a filter adds to a channel of zeros is its bias.
            int[] slots = [.. Enumerable.Range(0, layer.Filters).Select(filter => inputs.Slots[filter / layer.FiltersOfGroup])];
            flow.Slots.Hold(slots.Where((_, filter) => layer.HasBias(filter)));
            return inputs with { Slots = slots };
        }

        var (outputs, zero, kept) = (flow.Slots.Make(layer.Filters), layer.ZeroFilters(), planned.GetValueOrDefault(node.Inputs[1])?.Filters);
        flow.Slots.Hold(outputs.Where((_, filter) => !zero[filter] || layer.HasBias(filter)));
        flow.Slots.Count(outputs.Where((_, filter) => kept?[filter] ?? true));

        // Groups stay alike: each keeps the same of its inputs and of its filters.
        for (var group = 1; group < layer.Groups; group++)
        {
            flow.Slots.Unite(OfGroup(outputs, 0), OfGroup(outputs, group));
            if (inputs is not null)
            {
                flow.Slots.Unite(OfGroup(inputs.Slots, 0), OfGroup(inputs.Slots, group));
            }
        }

        return new(outputs, 1, layer.Rank);

        int[] OfGroup(int[] slots, int group) => slots[(group * slots.Length / layer.Groups)..((group + 1) * slots.Length / layer.Groups)];
    }
}
