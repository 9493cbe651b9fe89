using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>Functions that make one value of many.</summary>
internal static class ReductionRows
{
    // From this version on, all reductions take their dimensions as an input.
    private const long DimensionsAsInput = 18;

    /// <summary>The rows.</summary>
    public static IEnumerable<(string Function, Action<ExportNode> Write)> All { get; } =
    [
        ("THSTensor_mean", node => Whole(node, "ReduceMean")),
        ("THSTensor_mean_along_dimensions", node => Along(node, "ReduceMean", "dimensions", "keepdim")),
        ("THSTensor_sum", node => Whole(node, "ReduceSum")),
        ("THSTensor_sum_along_dimensions", node => Along(node, "ReduceSum", "dimensions", "keepdim")),
        ("THSTensor_amax", node => Along(node, "ReduceMax", "dim", "keep_dim")),
        ("THSTensor_amin", node => Along(node, "ReduceMin", "dim", "keep_dim")),
        ("THSTensor_max", node => Whole(node, "ReduceMax")),
        ("THSTensor_min", node => Whole(node, "ReduceMin")),
        ("THSTensor_max_along_dimension", node => WithPositions(node, "ReduceMax", "ArgMax")),
        ("THSTensor_min_along_dimension", node => WithPositions(node, "ReduceMin", "ArgMin")),
        ("THSTensor_argmax_along_dimension", ArgMax),
        ("THSTensor_norm_along_dimension", Norm),
        ("THSTensor_var_along_dimensions", node => node.Set(Variance(node))),
        ("THSTensor_std_along_dimensions", node => node.Result("Sqrt", [Variance(node)])),
        ("THSTensor_logsumexp", node => node.Set(Reduce(node, "ReduceLogSumExp", node.In("tensor"), [node.Dim("dim", node.ShapeOf("tensor").Count)], node.Flag("keepdim")))),
        ("THSTensor_cumsum", node => node.Result("CumSum", [node.In("tensor"), node.Graph.Scalar(node.Dim("dim", node.ShapeOf("tensor").Count), OnnxType.Int64)])),
    ];

    /// <summary>A reduction over dimensions; none are all.</summary>
    public static string Reduce(ExportNode node, string operation, string value, long[] dims, bool keeps)
    {
        OnnxAttribute[] attributes = [new("keepdims", keeps ? 1L : 0)];
        return dims.Length == 0 ? node.Emit(operation, [value], attributes)
            : node.Graph.Opset >= DimensionsAsInput || operation == "ReduceSum" ? node.Emit(operation, [value, node.Graph.Integers(dims)], attributes)
            : node.Emit(operation, [value], [new("axes", dims), .. attributes]);
    }

    private static string Input(ExportNode node) => node.CastTo(node.In("tensor"), node.TypeOf("tensor"), node.Type);

    private static void Whole(ExportNode node, string operation) => node.Set(Reduce(node, operation, Input(node), [], keeps: false));

    private static void Along(ExportNode node, string operation, string dims, string keeps) =>
        node.Set(Reduce(node, operation, Input(node), node.Dims(dims, node.ShapeOf("tensor").Count), node.Flag(keeps)));

    private static void WithPositions(ExportNode node, string operation, string positions)
    {
        var dim = node.Dim("dim", node.ShapeOf("tensor").Count);
        node.Set(Reduce(node, operation, node.In("tensor"), [dim], node.Flag("keep_dim")));
        node.Set(node.Emit(positions, [node.In("tensor")], new("axis", (long)dim), new("keepdims", node.Flag("keep_dim") ? 1L : 0)), 1);
    }

    private static void ArgMax(ExportNode node) =>
        node.Result("ArgMax", [node.In("tensor")], new("axis", (long)node.Dim("dim", node.ShapeOf("tensor").Count)), new("keepdims", node.Flag("keep_dim") ? 1L : 0));

    private static void Norm(ExportNode node)
    {
        var operation = node.Number("p") switch
        {
            1 => "ReduceL1",
            2 => "ReduceL2",
            _ => throw node.Refuse("takes another norm than the first or second"),
        };
        node.Set(Reduce(node, operation, node.In("tensor"), [node.Dim("dimension", node.ShapeOf("tensor").Count)], node.Flag("keepdim")));
    }

    private static string Variance(ExportNode node)
    {
        var (value, shape) = (node.In("tensor"), node.ShapeOf("tensor"));
        var dims = node.Dims("dimensions", shape.Count);
        var difference = node.Emit("Sub", [value, Reduce(node, "ReduceMean", value, dims, keeps: true)]);
        var mean = Reduce(node, "ReduceMean", node.Emit("Mul", [difference, difference]), dims, node.Flag("keepdim"));
        var count = dims.Aggregate(1L, (product, dim) => product * node.Fixed(shape[(int)dim]));
        return node.Flag("unbiased") ? node.Emit("Mul", [mean, node.Graph.Scalar((double)count / (count - 1), node.Type)]) : mean;
    }
}
