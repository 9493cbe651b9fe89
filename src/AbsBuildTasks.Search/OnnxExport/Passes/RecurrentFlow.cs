using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>Follows hidden units through recurrent nodes of one direction, and takes pruned ones out of them.</summary>
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

    /// <summary>Whether a node puts last states of several layers one behind the other, each of which has units of its own.</summary>
    public bool AreStates(OnnxNode concat) => concat.Inputs.All(_states.Contains);

    /// <summary>Whether a node is a recurrent layer.</summary>
    public static bool IsRecurrent(OnnxNode node) => node.OpType is "LSTM" or "GRU";

    /// <summary>A node makes new channels, its hidden units, of those that it takes in.</summary>
    /// <returns>Whether both can go.</returns>
    public bool TryFollow(OnnxNode node)
    {
        if (PlanOf(node) is not { } plan)
        {
            return false;
        }

        var slots = flow.Slots.Make((int)graph.Constants[node.Inputs[StateWeight]].Dims[^1]);
        flow.Slots.Hold(slots.Where((_, unit) => plan.Filters[unit]));
        flow.TakeWhole(node, node.Inputs.Skip(States));
        if (flow[node.Inputs[0]] is not { Axis: Axis, IsZero: true })
        {
            flow.TakeWhole(node, node.Inputs.Take(1));
        }

        // All steps of each direction, and behind them last states.
        flow[node.Outputs[0]] = new(slots, Axis + 1, Rank: 4);
        foreach (var state in node.Outputs.Skip(1))
        {
            flow[state] = new(slots, Axis, Rank: 3);
            _ = _states.Add(state);
        }

        return true;
    }

    /// <summary>Takes hidden units and inputs out of a node that was followed.</summary>
    /// <param name="at">Where it is in the graph.</param>
    /// <returns>How many nodes came in front of it.</returns>
    public int Shrink(int at)
    {
        var (node, first) = (graph.Nodes[at], at);
        var slots = flow[node.Outputs[0]]!.Slots;
        var (units, live) = (flow.Slots.Kept(slots), PlanOf(node)!.Inputs);
        int[] present = flow[node.Inputs[0]] is { Axis: Axis, IsZero: true } places ? flow.Slots.Kept(places.Slots) : [.. Enumerable.Range(0, live.Length)];
        int[] wanted = [.. present.Where(channel => live[channel])];
        wanted = wanted.Length == 0 ? present[..1] : wanted;
        var inputs = node.Inputs.ToArray();
        inputs[0] = Some(inputs[0], [.. wanted.Select(channel => Array.IndexOf(present, channel))], present.Length);
        inputs[InputWeight] = graph.Sliced(graph.Sliced(inputs[InputWeight], 1, RowsOf(inputs[InputWeight])), 2, wanted);
        inputs[StateWeight] = graph.Sliced(graph.Sliced(inputs[StateWeight], 1, RowsOf(inputs[StateWeight])), 2, units);
        if (inputs.ElementAtOrDefault(Bias) is { Length: > 0 } bias)
        {
            inputs[Bias] = graph.Sliced(bias, 1, RowsOf(bias));
        }

        for (var state = States; state < inputs.Length; state++)
        {
            inputs[state] = Some(inputs[state], units, slots.Length);
        }

        graph.Nodes[at] = node.With(inputs).WithAttribute(new OnnxAttribute("hidden_size", (long)units.Length));
        return at - first;

        // Each gate has a row for each unit, and so have its biases.
        int[] RowsOf(string constant) => [.. Enumerable.Range(0, (int)graph.Constants[constant].Dims[1] / slots.Length).SelectMany(gate => units.Select(unit => (gate * slots.Length) + unit))];

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

    /// <summary>What the plan counts of the weight for the input; null where it has none, or another node or direction has the same weights.</summary>
    private PlannedChannels? PlanOf(OnnxNode node) =>
        graph.NativeWeights.GetValueOrDefault(node.Inputs[InputWeight]) is { Names: [var weight] } && planned.GetValueOrDefault(weight) is { } plan
        && graph.Uses(node.Inputs[InputWeight]) == 1 && graph.Uses(node.Inputs[StateWeight]) == 1
            ? plan
            : null;
}
