using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Search.Import;

/// <summary>Joins a product with a constant matrix and the sum behind it into one node, as the linear layer which they were.</summary>
internal static class BiasFusion
{
    /// <summary>A graph with <c>Gemm</c> instead of each <c>MatMul</c> whose only user adds a constant vector.</summary>
    public static OnnxGraph Apply(OnnxGraph graph)
    {
        var ranks = graph.Initializers.Where(initializer => initializer.Name.Length > 0).DistinctBy(initializer => initializer.Name, StringComparer.Ordinal)
            .ToDictionary(initializer => initializer.Name, initializer => initializer, StringComparer.Ordinal);
        var users = graph.Nodes.SelectMany(node => node.Inputs.Select(input => (input, node))).ToLookup(use => use.input, use => use.node, StringComparer.Ordinal);
        var wanted = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var joined = new Dictionary<OnnxNode, OnnxNode?>();
        foreach (var product in graph.Nodes.Where(node => node is { OpType: "MatMul", Domain: "" or Operators.Domain, Inputs.Count: 2, Outputs.Count: 1 }))
        {
            if (ranks.GetValueOrDefault(product.Inputs[1]) is { Dims: [_, var width], Type: OnnxType.Float }
                && !ranks.ContainsKey(product.Inputs[0])
                && !wanted.Contains(product.Outputs[0])
                && users[product.Outputs[0]].ToList() is [{ OpType: "Add", Domain: "" or Operators.Domain, Inputs: [var left, var right], Outputs: [var sum] } add]
                && (left == product.Outputs[0] ? right : left) is var bias
                && ranks.GetValueOrDefault(bias) is { Dims: [var length], Type: OnnxType.Float } && length == width)
            {
                joined[product] = null;
                joined[add] = new OnnxNode { Name = product.Name.Length > 0 ? product.Name : add.Name, OpType = "Gemm", Inputs = [.. product.Inputs, bias], Outputs = [sum] };
            }
        }

        return new OnnxGraph
        {
            Name = graph.Name,
            Nodes = [.. graph.Nodes.Select(node => joined.TryGetValue(node, out var other) ? other : node).OfType<OnnxNode>()],
            Initializers = graph.Initializers,
            Inputs = graph.Inputs,
            Outputs = graph.Outputs,
            Values = graph.Values,
        };
    }
}
