using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>Follows hidden units through recurrent nodes, each of one direction, and takes pruned ones out of them.</summary>
/// <param name="graph">The graph.</param>
/// <param name="flow">What is known of values so far.</param>
/// <param name="planned">What the plan counts of layers, by the names of their weights.</param>
internal sealed class RecurrentFlow(ExportGraph graph, ChannelFlow flow, IReadOnlyDictionary<string, PlannedChannels> planned)
{
    // Of a value [steps, examples, channels].
    private const int Axis = 2;

    // Of a node's inputs: the value, weights for it, weights for states, biases, lengths, and the states that it begins with.
    private const int InputWeight = 1;
    private const int StateWeight = 2;
    private const int Bias = 3;
    private const int States = 5;

    private readonly HashSet<string> _states = new(StringComparer.Ordinal);

    // By the weights for the input, which all calls of a layer have: its units, and its biases without those that went.
    private readonly Dictionary<string, int[]> _units = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _biases = new(StringComparer.Ordinal);

    /// <summary>Whether a node puts last states of several layers one behind the other, each of which has units of its own.</summary>
    public bool AreStates(OnnxNode concat) => concat.Inputs.All(_states.Contains);

    /// <summary>Whether a node is a recurrent layer.</summary>
    public static bool IsRecurrent(OnnxNode node) => node.OpType is "LSTM" or "GRU";

    /// <summary>A node makes new channels, its hidden units, of those that it takes in.</summary>
    /// <returns>Whether both can go.</returns>
    public bool TryFollow(OnnxNode node)
    {
        if (PlanOf(node) is not { } plan || CallsOf(node) is not { Length: > 0 } calls)
        {
            return false;
        }

        if (!_units.TryGetValue(node.Inputs[InputWeight], out var slots))
        {
            _units[node.Inputs[InputWeight]] = slots = flow.Slots.Make((int)graph.Constants[node.Inputs[StateWeight]].Dims[^1]);
            flow.Slots.Hold(slots.Where((_, unit) => plan.Filters[unit]));
        }

        // One of several calls takes all channels: what others take in may have lost other ones.
        flow.TakeWhole(node, node.Inputs.Skip(States));
        if (calls.Length > 1 || flow[node.Inputs[0]] is not { Axis: Axis, IsZero: true })
        {
            flow.TakeWhole(node, node.Inputs.Take(1));
        }

        // All steps, and behind them last states.
        flow[node.Outputs[0]] = new(slots, Axis + 1, Rank: 4);
        foreach (var state in node.Outputs.Skip(1))
        {
            flow[state] = new(slots, Axis, Rank: 3);
            _ = _states.Add(state);
        }

        return true;
    }

    /// <summary>Takes hidden units and inputs out of a node that was followed. The first call of a layer takes them out of its weights, which keep their names.</summary>
    /// <param name="at">Where it is in the graph.</param>
    /// <returns>How many nodes came in front of it.</returns>
    public int Shrink(int at)
    {
        var (node, first) = (graph.Nodes[at], at);
        var (weight, slots) = (node.Inputs[InputWeight], _units[node.Inputs[InputWeight]]);
        var (units, live) = (flow.Slots.Kept(slots), PlanOf(node)!.Inputs);
        int[] present = flow[node.Inputs[0]] is { Axis: Axis, IsZero: true } places ? flow.Slots.Kept(places.Slots) : [.. Enumerable.Range(0, live.Length)];
        int[] wanted = [.. present.Where(channel => live[channel])];
        wanted = wanted.Length == 0 ? present[..1] : wanted;
        var inputs = node.Inputs.ToArray();
        inputs[0] = Some(inputs[0], [.. wanted.Select(channel => Array.IndexOf(present, channel))], present.Length);
        if (!_biases.TryGetValue(weight, out var biases))
        {
            _biases[weight] = biases = BiasOf(node) is { Length: > 0 } all ? graph.Sliced(all, 1, RowsOf(all)) : "";
            Replace(weight, wanted);
            Replace(inputs[StateWeight], units);
        }

        if (biases.Length > 0)
        {
            inputs[Bias] = biases;
        }

        for (var state = States; state < inputs.Length; state++)
        {
            inputs[state] = Some(inputs[state], units, slots.Length);
        }

        graph.Nodes[at] = node.With(inputs).WithAttribute(new OnnxAttribute("hidden_size", (long)units.Length));
        return at - first;

        // Each gate has a row for each unit, and so have its biases.
        int[] RowsOf(string constant) => [.. Enumerable.Range(0, (int)graph.Constants[constant].Dims[1] / slots.Length).SelectMany(gate => units.Select(unit => (gate * slots.Length) + unit))];

        void Replace(string constant, int[] columns) =>
            graph.Replace(FilterSlices.Part(FilterSlices.Part(graph.Constants[constant], 1, RowsOf(constant)), 2, columns));

        string Some(string value, int[] kept, int of)
        {
            if (value.Length == 0 || kept.Length == of)
            {
                return value;
            }

            var some = graph.Name("Gather");
            graph.Nodes.Insert(at++, new ChannelSelection(Axis, kept).Node(graph, value, some));
            return some;
        }
    }

    /// <summary>What the plan counts of the weight for the input; null where it has none.</summary>
    private PlannedChannels? PlanOf(OnnxNode node) => graph.NativeWeights.GetValueOrDefault(node.Inputs[InputWeight]) is { } weight ? planned.GetValueOrDefault(weight.Name) : null;

    /// <summary>All calls of a node's layer, which lose the same units; none where something else uses a part of its weights.</summary>
    private OnnxNode[] CallsOf(OnnxNode node)
    {
        var calls = graph.Nodes.Where(other => IsRecurrent(other) && other.Inputs[InputWeight] == node.Inputs[InputWeight]).ToArray();
        return Array.TrueForAll(calls, call => (call.OpType, call.Inputs[StateWeight], BiasOf(call)) == (node.OpType, node.Inputs[StateWeight], BiasOf(node)))
            && graph.Uses(node.Inputs[InputWeight]) == calls.Length && graph.Uses(node.Inputs[StateWeight]) == calls.Length
            ? calls
            : [];
    }

    private static string BiasOf(OnnxNode node) => node.Inputs.ElementAtOrDefault(Bias) ?? "";
}
