using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.OnnxExport.Quantized;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport;

/// <summary>Finds the products of activations that run on integers in a file whose sums do: of both values, the file has bytes.</summary>
internal static class IntegerProducts
{
    /// <summary>Finds them: whatever a plan decides about layers, they are the same.</summary>
    /// <param name="traced">What the network computes.</param>
    /// <returns>The calls all of whose products run so; none where the network cannot be written.</returns>
    public static IReadOnlySet<TracedNode> Of(TracedGraph traced)
    {
        ExportGraph graph;
        try
        {
            graph = FloatExport.Write(traced);
        }
        catch (AbsException error) when (error.Code == AbsCodes.NotExportable)
        {
            return new HashSet<TracedNode>();
        }

        var bytes = new SumPoints(graph).Find(new HashSet<string>()).Select(point => point.Value).ToHashSet(StringComparer.Ordinal);
        return graph.Nodes.Where(graph.IsProduct)
            .GroupBy(node => graph.Calls[node.Name], (IEqualityComparer<TracedNode>)ReferenceEqualityComparer.Instance)
            .Where(call => call.All(product => product.Inputs.All(bytes.Contains)))
            .Select(call => call.Key)
            .ToHashSet<TracedNode>(ReferenceEqualityComparer.Instance);
    }
}
