using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Search.OnnxExport.Graphs;

/// <summary>Reads and changes nodes of a graph that is being made.</summary>
internal static class NodeExtensions
{
    /// <summary>A whole number of a node, or what it is without.</summary>
    public static long Int(this OnnxNode node, string name, long otherwise) => node.Attributes.FirstOrDefault(attribute => attribute.Name == name)?.Value is long value ? value : otherwise;

    /// <summary>Whole numbers of a node; none where it has none.</summary>
    public static long[] Ints(this OnnxNode node, string name) => node.Attributes.FirstOrDefault(attribute => attribute.Name == name)?.Value as long[] ?? [];

    /// <summary>The node with other inputs, outputs or attributes.</summary>
    public static OnnxNode With(this OnnxNode node, IReadOnlyList<string>? inputs = null, IReadOnlyList<string>? outputs = null, IReadOnlyList<OnnxAttribute>? attributes = null) =>
        new() { Name = node.Name, OpType = node.OpType, Inputs = inputs ?? node.Inputs, Outputs = outputs ?? node.Outputs, Attributes = attributes ?? node.Attributes };

    /// <summary>The node with another value of an attribute.</summary>
    public static OnnxNode WithAttribute(this OnnxNode node, OnnxAttribute attribute) =>
        node.With(attributes: [.. node.Attributes.Select(other => other.Name == attribute.Name ? attribute : other)]);

    /// <summary>Whether a node is a layer: it multiplies by a constant weight of the network.</summary>
    public static bool IsLayer(this ExportGraph graph, OnnxNode node) =>
        node.OpType is "Conv" or "ConvTranspose" or "Gemm" && graph.Constants.ContainsKey(node.Inputs[1]) && (node.OpType != "Gemm" || node.Int("transB", 0) == 1);

    /// <summary>Whether a node multiplies matrices of floats that both depend on the network's input.</summary>
    public static bool IsProduct(this ExportGraph graph, OnnxNode node) =>
        node.OpType == "MatMul" && node.Inputs.All(input => !graph.Constants.ContainsKey(input) && (!graph.Values.TryGetValue(input, out var known) || known.Type == OnnxType.Float));

    /// <summary>How many nodes take a value; an output of the graph counts, too.</summary>
    public static int Uses(this ExportGraph graph, string value) =>
        graph.Nodes.Sum(node => node.Inputs.Count(input => input == value)) + graph.Outputs.Count(output => output == value);

    /// <summary>What quantises a layer's result, maybe behind operators that fuse, and nothing else takes it; null where there is no such node.</summary>
    public static OnnxNode? QuantizerBehind(this ExportGraph graph, OnnxNode layer, IReadOnlyCollection<string> fuses)
    {
        var next = layer;
        do
        {
            next = graph.Uses(next.Outputs[0]) == 1 ? graph.Nodes.Find(node => node.Inputs.Contains(next.Outputs[0])) : null;
        }
        while (next is not null && fuses.Contains(next.OpType));

        return next?.OpType == "QuantizeLinear" ? next : null;
    }

    /// <summary>The dimension of a layer's weight that has a place for each filter.</summary>
    public static int FilterDim(this OnnxNode layer) => layer.OpType == "ConvTranspose" ? 1 : 0;
}
