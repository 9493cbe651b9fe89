using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>Functions that take parts of a value.</summary>
internal static class SelectionRows
{
    /// <summary>The rows.</summary>
    public static IEnumerable<(string Function, Action<ExportNode> Write)> All { get; } =
    [
        ("THSTensor_chunk", Split),
        ("THSTensor_split_with_size", Split),
        ("THSTensor_split_with_sizes", Split),
        ("THSTensor_tensor_split_with_size", Split),
        ("THSTensor_tensor_split_with_sizes", Split),
        ("THSTensor_unbind", Unbind),
        ("THSTensor_narrow", node => Slice(node, node.Int("start"), node.Int("start") + node.Int("length") is var end && end == 0 && node.Int("start") < 0 ? long.MaxValue : end, 1)),
        ("THSTensor_slice", node => Slice(node, node.Int("start"), node.Int("length"), node.Int("step"))),
        ("THSTensor_select", node => node.Result("Gather", [node.In("tensor"), node.Graph.Scalar(node.Int("index"), OnnxType.Int64)], Axis(node))),
        ("THSTensor_get1", node => Get(node, 1)),
        ("THSTensor_get2", node => Get(node, 2)),
        ("THSTensor_get3", node => Get(node, 3)),
        ("THSTensor_index_select", node => node.Result("Gather", [node.In("tensor"), node.InAs("index", OnnxType.Int64)], Axis(node))),
        ("THSTensor_index", IndexRow.Write),
    ];

    /// <summary>One place of each of the first dimensions.</summary>
    private static void Get(ExportNode node, int dimensions)
    {
        string Index(int dimension) => node.Graph.Scalar(node.Int(FormattableString.Invariant($"i{dimension + 1}")), OnnxType.Int64);
        var value = Enumerable.Range(0, dimensions - 1).Aggregate(node.In("handle"), (part, dimension) => node.Emit("Gather", [part, Index(dimension)]));
        node.Result("Gather", [value, Index(dimensions - 1)]);
    }

    private static void Split(ExportNode node)
    {
        var dim = node.Dim("dim", node.ShapeOf("tensor").Count);
        long[] sizes = [.. Enumerable.Range(0, node.ResultCount).Select(i => node.Fixed(node.ResultShape(i)[dim]))];
        node.Results("Split", [node.In("tensor"), node.Graph.Integers(sizes)], new OnnxAttribute("axis", (long)dim));
    }

    private static void Unbind(ExportNode node)
    {
        for (var i = 0; i < node.ResultCount; i++)
        {
            node.Set(node.Emit("Gather", [node.In("tensor"), node.Graph.Scalar(i, OnnxType.Int64)], Axis(node)), i);
        }
    }

    private static void Slice(ExportNode node, long start, long end, long step) => node.Result(
        "Slice",
        [node.In("tensor"), node.Graph.Integers(start), node.Graph.Integers(end), node.Graph.Integers(node.Dim("dim", node.ShapeOf("tensor").Count)), node.Graph.Integers(step)]);

    private static OnnxAttribute Axis(ExportNode node) => new("axis", (long)node.Dim("dim", node.ShapeOf("tensor").Count));
}
