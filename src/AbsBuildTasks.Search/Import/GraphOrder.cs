using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Search.Import;

/// <summary>The nodes that a graph's outputs need, each after those whose values it takes, in whatever order they stand.</summary>
internal sealed class GraphOrder
{
    private readonly string _file;
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxNode> _makers = new(StringComparer.Ordinal);
    private readonly HashSet<OnnxNode> _entered = [];
    private readonly HashSet<OnnxNode> _ordered = [];
    private readonly List<OnnxNode> _order = [];

    private GraphOrder(OnnxGraph graph, string file)
    {
        _file = file;
        foreach (var name in graph.Initializers.Select(initializer => initializer.Name).Concat(graph.Inputs.Select(input => input.Name).Except(graph.Initializers.Select(initializer => initializer.Name), StringComparer.Ordinal)))
        {
            Add(_given.Add(name), name);
        }

        foreach (var node in graph.Nodes)
        {
            foreach (var output in node.Outputs.Where(output => output.Length > 0))
            {
                Add(!_given.Contains(output) && _makers.TryAdd(output, node), output);
            }
        }
    }

    /// <summary>Orders the nodes of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="file">What messages call the file.</param>
    /// <exception cref="AbsException">ABS6003: two values have one name, nothing gives a value, or nodes take each other's values in a circle.</exception>
    public static IReadOnlyList<OnnxNode> Of(OnnxGraph graph, string file)
    {
        var order = new GraphOrder(graph, file);
        foreach (var output in graph.Outputs)
        {
            order.Reach(output.Name);
        }

        return order._order;
    }

    // With a stack of its own: a file may be as deep as it likes.
    private void Reach(string value)
    {
        var path = new Stack<(OnnxNode Node, int Input)>();
        Enter(value, "the graph's outputs", path);
        while (path.TryPop(out var place))
        {
            if (place.Input < place.Node.Inputs.Count)
            {
                path.Push((place.Node, place.Input + 1));
                if (place.Node.Inputs[place.Input] is { Length: > 0 } input)
                {
                    Enter(input, NodeLabel.Of(place.Node), path);
                }
            }
            else if (_ordered.Add(place.Node))
            {
                _order.Add(place.Node);
            }
        }
    }

    private void Enter(string value, string taker, Stack<(OnnxNode Node, int Input)> path)
    {
        if (_given.Contains(value))
        {
            return;
        }

        if (!_makers.TryGetValue(value, out var maker))
        {
            throw Invalid($"nothing in the file gives '{Printable.Escape(value)}', which {taker} {(path.Count == 0 ? "are" : "takes")}");
        }

        if (_entered.Add(maker))
        {
            path.Push((maker, 0));
        }
        else if (!_ordered.Contains(maker))
        {
            throw Invalid($"{NodeLabel.Of(maker)} takes a value that is made from its own");
        }
    }

    private void Add(bool isNew, string name)
    {
        if (!isNew)
        {
            throw Invalid($"two values have the name '{Printable.Escape(name)}'");
        }
    }

    private AbsException Invalid(string problem) => new(AbsCodes.InvalidOnnx, $"'{Printable.Escape(_file)}': {problem}; export it again.");
}
