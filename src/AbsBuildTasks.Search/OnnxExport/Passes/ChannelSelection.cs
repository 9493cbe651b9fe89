using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>Some channels of a value, in an order.</summary>
/// <param name="Axis">The dimension that counts channels.</param>
/// <param name="Positions">Which channels of the value.</param>
internal sealed record ChannelSelection(int Axis, int[] Positions)
{
    /// <summary>The node that makes it.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="value">The value.</param>
    /// <param name="output">What the node gives.</param>
    public OnnxNode Node(ExportGraph graph, string value, string output)
    {
        string[] inputs = IsRange
            ? [value, graph.Integers(Positions[0]), graph.Integers(Positions[^1] + 1), graph.Integers(Axis)]
            : [value, graph.Integers([.. Positions.Select(position => (long)position)])];
        return new OnnxNode
        {
            Name = output,
            OpType = IsRange ? "Slice" : "Gather",
            Inputs = inputs,
            Outputs = [output],
            Attributes = IsRange ? [] : [new OnnxAttribute("axis", (long)Axis)],
        };
    }

    private bool IsRange => Positions.Length > 0 && Positions[^1] - Positions[0] == Positions.Length - 1 && Positions.SequenceEqual(Positions.Order());
}
