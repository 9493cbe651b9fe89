using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>
/// Puts the levels of a native module's weights in place of their values: in as few bits, which a cast and a product make
/// the same values again when the file is loaded. Recurrent nodes and tables run in floating point.
/// </summary>
internal static class NativePacking
{
    /// <summary>Writes the nodes that make the weight.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="constant">The constant, which then holds whole numbers.</param>
    /// <param name="grid">The levels.</param>
    /// <returns>How the weight lies in the file.</returns>
    public static PackedWeight Write(ExportGraph graph, string constant, LevelGrid grid)
    {
        var weight = graph.Constants[constant];
        int[] levels = [.. TensorBytes.Floats(weight).Select(value => (int)MathF.Round(value / grid.Scale))];
        var stored = grid.StoredAt(graph.Opset);
        var packed = BitPacking.Pack(levels, stored.Bits()!.Value);
        var name = graph.Constant(new OnnxTensor(constant + ".levels", stored, weight.Dims, packed));
        var scale = graph.Constant(OnnxTensor.Of(constant + ".scale", [], [grid.Scale]));
        var (cast, made) = (graph.Name(constant + ".Cast"), graph.Name(constant + ".Mul"));
        graph.Nodes.InsertRange(graph.Nodes.FindIndex(node => node.Inputs.Contains(constant)), [
            new OnnxNode { Name = cast, OpType = "Cast", Inputs = [name], Outputs = [cast], Attributes = [new OnnxAttribute("to", (long)OnnxType.Float)] },
            new OnnxNode { Name = made, OpType = "Mul", Inputs = [cast, scale], Outputs = [made] },
        ]);
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            if (node.Inputs.Contains(constant))
            {
                graph.Nodes[i] = node.With([.. node.Inputs.Select(input => input == constant ? made : input)]);
            }
        }

        return new PackedWeight(IsOnIntegers: false, packed.Length - BitPacking.Length(levels.Length, grid.Stored.Bits()!.Value));
    }
}
