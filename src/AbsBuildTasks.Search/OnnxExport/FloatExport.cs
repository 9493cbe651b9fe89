using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.OnnxExport.Operators;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport;

/// <summary>Writes a traced network as it is, in full precision.</summary>
internal static class FloatExport
{
    /// <summary>Makes the graph.</summary>
    /// <param name="traced">What the network computes.</param>
    /// <param name="opset">The version of ONNX's operators.</param>
    /// <exception cref="AbsException">ABS6001: a call has no operator.</exception>
    public static ExportGraph Write(TracedGraph traced, long opset = ExportGraph.LowestOpset)
    {
        var graph = new ExportGraph(opset);
        var names = new string?[traced.Values.Count];
        foreach (var id in traced.Inputs)
        {
            var name = graph.Name(traced.Inputs.Count == 1 ? "input" : FormattableString.Invariant($"input_{id}"));
            names[id] = name;
            graph.Inputs.Add(name);
            graph.Values[name] = Value(traced.Values[id]);
        }

        // Before anything else can take them.
        string[] outputs = [.. traced.Outputs.Select((_, i) => graph.Name(traced.Outputs.Count == 1 ? "output" : FormattableString.Invariant($"output_{i}")))];
        foreach (var node in traced.Nodes)
        {
            var before = graph.Nodes.Count;
            OperatorTable.Write(node.Function.Name, new ExportNode(graph, traced, node, names));
            graph.Nodes.Skip(before).ToList().ForEach(written => graph.Calls[written.Name] = node);
        }

        foreach (var (id, output) in traced.Outputs.Zip(outputs))
        {
            var value = names[id]!;
            if (SetOutput(graph, value, output, Value(traced.Values[id])))
            {
                Array.ForEach([.. Enumerable.Range(0, names.Length).Where(i => names[i] == value)], i => names[i] = output);
            }
        }

        foreach (var (id, name) in names.Index())
        {
            _ = name is not null && graph.Traced.TryAdd(name, id);
        }

        return graph;
    }

    /// <returns>Whether the value has that name now.</returns>
    private static bool SetOutput(ExportGraph graph, string value, string output, ExportValue known)
    {
        var made = graph.Nodes.FindIndex(node => node.Outputs is [var only] && only == value);
        var isOutput = graph.Outputs.Contains(value);
        graph.Outputs.Add(output);
        graph.Values[output] = known;

        // Only a value that is an input, or a second output, needs a node for its other name.
        if (made < 0 || isOutput)
        {
            graph.Nodes.Add(new OnnxNode { Name = graph.Name("identity"), OpType = "Identity", Inputs = [value], Outputs = [output] });
            return false;
        }

        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            graph.Nodes[i] = Renamed(node, name => name == value ? output : name);
        }

        return true;
    }

    private static OnnxNode Renamed(OnnxNode node, Func<string, string> rename) =>
        new() { Name = node.Name, OpType = node.OpType, Attributes = node.Attributes, Inputs = [.. node.Inputs.Select(rename)], Outputs = [.. node.Outputs.Select(rename)] };

    private static ExportValue Value(TracedValue value) => new(
        TensorBytes.TypeOf(value.Type) ?? throw new AbsException(AbsCodes.NotExportable, $"The network cannot be written as ONNX: it takes or gives {value.Type}, which the export does not know."),
        value.Shape);
}
