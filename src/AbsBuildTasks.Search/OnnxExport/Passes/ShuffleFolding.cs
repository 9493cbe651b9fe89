using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>
/// Writes a shuffle of channels, which networks spell as a reshape, a transposition and a reshape back, as what it is: channels in another order.
/// These can lose some.
/// </summary>
internal static class ShuffleFolding
{
    /// <summary>Folds.</summary>
    /// <param name="graph">The graph.</param>
    public static void Run(ExportGraph graph)
    {
        foreach (var last in graph.Nodes.Where(node => node.OpType == "Reshape").ToArray())
        {
            if (Maker(last) is { OpType: "Transpose" } turn && Maker(turn) is { OpType: "Reshape" } first && Order(first, turn, last) is { } order)
            {
                graph.Nodes[graph.Nodes.IndexOf(last)] = new ChannelSelection(1, order).Node(graph, first.Inputs[0], last.Outputs[0]);
                _ = graph.Nodes.Remove(first);
                _ = graph.Nodes.Remove(turn);
            }
        }

        OnnxNode? Maker(OnnxNode node) => graph.Uses(node.Inputs[0]) == 1 ? graph.Nodes.Find(other => other.Outputs[0] == node.Inputs[0]) : null;

        int[]? Order(OnnxNode first, OnnxNode turn, OnnxNode last)
        {
            if (Shape(first.Inputs[0]) is not [{ IsBatch: true }, { IsBatch: false } channels, .. var behind] shape
                || Shape(first.Outputs[0]) is not [{ IsBatch: true }, { IsBatch: false } groups, { IsBatch: false } size, .. var same]
                || Shape(last.Outputs[0]) is not { } result)
            {
                return null;
            }

            long[] swapped = [0, 2, 1, .. Enumerable.Range(3, same.Length).Select(dim => (long)dim)];
            return result.SequenceEqual(shape) && same.SequenceEqual(behind) && groups.Fixed * size.Fixed == channels.Fixed && turn.Ints("perm").SequenceEqual(swapped)
                ? [.. Enumerable.Range(0, (int)channels.Fixed).Select(channel => (int)((channel % groups.Fixed * size.Fixed) + (channel / groups.Fixed)))]
                : null;
        }

        Extent[]? Shape(string value) => graph.Values.TryGetValue(value, out var known) ? [.. known.Shape] : null;
    }
}
