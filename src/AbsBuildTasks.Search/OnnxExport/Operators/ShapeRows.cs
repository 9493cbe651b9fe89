using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>Functions that give values another shape, order or type.</summary>
internal static class ShapeRows
{
    /// <summary>The rows.</summary>
    public static IEnumerable<(string Function, Action<ExportNode> Write)> All { get; } =
    [
        ("THSTensor_view", Reshape),
        ("THSTensor_reshape", Reshape),
        ("THSTensor_unflatten", Reshape),
        ("THSTensor_squeeze", Reshape),
        ("THSTensor_squeeze_no_dim", Reshape),
        ("THSTensor_unsqueeze", Reshape),
        ("THSTensor_flatten", Flatten),
        ("THSTensor_transpose", Transpose),
        ("THSTensor_t", node => Permute(node, node.ShapeOf("tensor").Count == 2 ? [1, 0] : [0])),
        ("THSTensor_permute", node => Permute(node, [.. node.Ints("psizes").Select(dim => dim < 0 ? dim + node.ShapeOf("tensor").Count : dim)])),
        ("THSTensor_expand", Expand),
        ("THSTensor_broadcast_to", Expand),
        ("THSTensor_repeat", node => Tile(node, "psizes")),
        ("THSTensor_tile", node => Tile(node, "reps")),
        ("THSTensor_flip", Flip),
        ("THSTensor_cat", node => node.Result("Concat", node.List("tensor"), new OnnxAttribute("axis", (long)node.Dim("dim", node.ResultShape().Count)))),
        ("THSTensor_hstack", node => node.Result("Concat", node.List("tensor"), new OnnxAttribute("axis", node.ResultShape().Count == 1 ? 0L : 1))),
        ("THSTensor_stack", Stack),
        ("THSTensor_alias", node => node.Set(node.In("handle"))),
        ("THSTensor_contiguous", node => node.Set(node.In("handle"))),
        ("THSTensor_clone", node => node.Set(node.In("handle"))),
        ("THSTensor_detach", node => node.Set(node.In("tensor"))),
        ("THSTensor_to_device", node => node.Set(node.In("handle"))),
        ("THSTensor_to_type", node => node.Set(node.CastTo(node.In("handle"), node.TypeOf("handle"), node.Type))),
        ("THSTensor_to_type_and_device", node => node.Set(node.CastTo(node.In("handle"), node.TypeOf("handle"), node.Type))),
        ("THSTensor_zeros_like", node => Like(node, 0)),
        ("THSTensor_ones_like", node => Like(node, 1)),
        ("THSTensor_tril", node => Triangle(node, upper: 0)),
        ("THSTensor_triu", node => Triangle(node, upper: 1)),
    ];

    private static void Reshape(ExportNode node) => node.Result("Reshape", [node.In("tensor"), node.ReshapeTo(node.ResultShape())]);

    /// <summary>Flatten says the same as a reshape where it makes rows of examples, and readers know it.</summary>
    private static void Flatten(ExportNode node)
    {
        if (node.ResultShape().Count == 2 && node.ShapeOf("tensor").Count > 2 && node.Dim("start", node.ShapeOf("tensor").Count) == 1)
        {
            node.Result("Flatten", [node.In("tensor")], new OnnxAttribute("axis", 1L));
        }
        else
        {
            Reshape(node);
        }
    }

    private static void Transpose(ExportNode node)
    {
        var rank = node.ShapeOf("tensor").Count;
        long[] order = [.. Enumerable.Range(0, rank).Select(dim => (long)dim)];
        var (first, second) = (node.Dim("dim1", rank), node.Dim("dim2", rank));
        (order[first], order[second]) = (order[second], order[first]);
        Permute(node, order);
    }

    private static void Permute(ExportNode node, long[] order) => node.Result("Transpose", [node.In("tensor")], new OnnxAttribute("perm", order));

    private static void Expand(ExportNode node)
    {
        var (from, to) = (node.ShapeOf("tensor"), node.ResultShape());
        var missing = to.Count - from.Count;

        // A size that grows with the batch already stays as it is: Expand takes the larger of two.
        var isDynamic = false;
        string[] sizes = [.. to.Select((size, i) =>
        {
            var own = i >= missing ? from[i - missing] : new Extent(1);
            isDynamic |= size.IsBatch && !own.IsBatch;
            return size.IsBatch && !own.IsBatch ? Batch(node, size.PerExample) : node.Graph.Integers(size.IsBatch ? 1 : size.Fixed);
        })];
        var shape = isDynamic ? node.Emit("Concat", sizes, new OnnxAttribute("axis", 0L)) : node.Graph.Integers([.. to.Select(size => size.IsBatch ? 1 : size.Fixed)]);
        node.Result("Expand", [node.In("tensor"), shape]);
    }

    /// <summary>A size that grows with the batch, as a value.</summary>
    private static string Batch(ExportNode node, long perExample)
    {
        var batch = node.Emit("Shape", [node.Graph.Inputs[0]], new("start", 0L), new("end", 1L));
        return perExample == 1 ? batch : node.Emit("Mul", [batch, node.Graph.Integers(perExample)]);
    }

    private static void Tile(ExportNode node, string parameter)
    {
        var (shape, repeats) = (node.ShapeOf("tensor"), node.Ints(parameter));
        var missing = repeats.Length - shape.Count;
        var value = missing > 0 ? node.Reshape(node.In("tensor"), [.. Enumerable.Repeat(new Extent(1), missing), .. shape]) : node.In("tensor");
        node.Result("Tile", [value, node.Graph.Integers([.. Enumerable.Repeat(1L, Math.Max(0, -missing)), .. repeats])]);
    }

    private static void Flip(ExportNode node)
    {
        var dims = node.Dims("psizes", node.ShapeOf("tensor").Count);
        long[] All(long value) => [.. Enumerable.Repeat(value, dims.Length)];
        node.Result("Slice", [node.In("tensor"), node.Graph.Integers(All(-1)), node.Graph.Integers(All(long.MinValue)), node.Graph.Integers(dims), node.Graph.Integers(All(-1))]);
    }

    private static void Stack(ExportNode node)
    {
        var dim = node.Dim("dim", node.ResultShape().Count);
        var axis = node.Graph.Integers(dim);
        node.Result("Concat", [.. node.List("tensor").Select(value => node.Emit("Unsqueeze", [value, axis]))], new OnnxAttribute("axis", (long)dim));
    }

    private static void Like(ExportNode node, double value)
    {
        var scalar = TensorBytes.Scalar("", value, node.Type);
        node.Result("ConstantOfShape", [node.Emit("Shape", [node.In("input")])], new OnnxAttribute("value", new OnnxTensor("", scalar.Type, [1], scalar.Data)));
    }

    private static void Triangle(ExportNode node, long upper) =>
        node.Result("Trilu", [node.In("tensor"), node.Graph.Scalar(node.Int("diagonal"), OnnxType.Int64)], new OnnxAttribute("upper", upper));
}
