using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>Poolings over windows.</summary>
internal static class PoolRows
{
    /// <summary>The rows.</summary>
    public static IEnumerable<(string Function, Action<ExportNode> Write)> All { get; } =
    [
        ("THSTensor_max_pool1d", node => Max(node, 1)),
        ("THSTensor_max_pool2d", node => Max(node, 2)),
        ("THSTensor_max_pool3d", node => Max(node, 3)),
        ("THSTensor_max_pool1d_with_indices", node => Max(node, 1)),
        ("THSTensor_max_pool2d_with_indices", node => Max(node, 2)),
        ("THSTensor_max_pool3d_with_indices", node => Max(node, 3)),
        ("THSTensor_avg_pool1d", node => Average(node, 1, 0)),
        ("THSTensor_avg_pool2d", node => Average(node, 2, node.Int("divisor_override"))),
        ("THSTensor_avg_pool3d", node => Average(node, 3, node.Int("divisor_override"))),
        ("THSTensor_adaptive_avg_pool1d", node => AdaptiveAverage(node, 1)),
        ("THSTensor_adaptive_avg_pool2d", node => AdaptiveAverage(node, 2)),
        ("THSTensor_adaptive_avg_pool3d", node => AdaptiveAverage(node, 3)),
        ("THSTensor_adaptive_max_pool1d", node => AdaptiveMax(node, 1)),
        ("THSTensor_adaptive_max_pool2d", node => AdaptiveMax(node, 2)),
        ("THSTensor_adaptive_max_pool3d", node => AdaptiveMax(node, 3)),
    ];

    private static void Max(ExportNode node, int rank)
    {
        var window = new Window(node, rank);
        node.Result("MaxPool", [node.In("input")], [.. window.Attributes(), new("dilations", window.Dilation)]);
    }

    private static void Average(ExportNode node, int rank, long divisor)
    {
        var window = new Window(node, rank);
        var counts = node.Flag("count_include_pad");
        if (divisor != 0 && divisor != window.Size.Aggregate(1L, (product, side) => product * side))
        {
            throw node.Refuse("has a divisor of its own");
        }

        // Where rounding up makes a window reach over the padding, torch divides by what is within it.
        if (counts && window.ReachesOver && window.Padding.Any(side => side > 0))
        {
            throw node.Refuse("rounds its size up, and counts its padding");
        }

        node.Result("AveragePool", [node.In("input")], [.. window.Attributes(), new("count_include_pad", counts && !window.ReachesOver ? 1L : 0)]);
    }

    private static void AdaptiveAverage(ExportNode node, int rank)
    {
        var (sizes, wanted) = Adaptive(node, rank);
        if (wanted.All(size => size == 1))
        {
            node.Result("GlobalAveragePool", [node.In("input")]);
        }
        else if (sizes.Zip(wanted).All(pair => pair.First % pair.Second == 0))
        {
            node.Result("AveragePool", [node.In("input")], Tiles(sizes, wanted));
        }
        else
        {
            // Windows of several sizes: a matrix for each dimension says what is averaged into what.
            node.Set(AverageBy(node, rank, sizes, wanted));
        }
    }

    private static void AdaptiveMax(ExportNode node, int rank)
    {
        var (sizes, wanted) = Adaptive(node, rank);
        node.Result("MaxPool", [node.In("input")], sizes.Zip(wanted).All(pair => pair.First % pair.Second == 0)
            ? Tiles(sizes, wanted)
            : throw node.Refuse("makes windows of several sizes; pool to a size that divides the input's"));
    }

    private static (long[] Sizes, long[] Wanted) Adaptive(ExportNode node, int rank) =>
        ([.. node.ShapeOf("input").Skip(2).Take(rank).Select(node.Fixed)], [.. node.ResultShape().Skip(2).Take(rank).Select(node.Fixed)]);

    private static OnnxAttribute[] Tiles(long[] sizes, long[] wanted)
    {
        long[] sides = [.. sizes.Zip(wanted, (size, want) => size / want)];
        return [new("kernel_shape", sides), new("strides", sides)];
    }

    private static string AverageBy(ExportNode node, int rank, long[] sizes, long[] wanted)
    {
        var value = node.In("input");
        for (var i = 0; i < rank; i++)
        {
            long[] order = [.. Enumerable.Range(0, rank + 2).Select(dim => (long)dim)];
            (order[^1], order[i + 2]) = (order[i + 2], order[^1]);
            var last = node.Emit("Transpose", [value], new OnnxAttribute("perm", order));
            var matrix = node.Graph.Constant(OnnxTensor.Of("averages", [sizes[i], wanted[i]], Averages(sizes[i], wanted[i])));
            value = node.Emit("Transpose", [node.Emit("MatMul", [last, matrix])], new OnnxAttribute("perm", order));
        }

        return value;
    }

    private static float[] Averages(long size, long wanted)
    {
        var matrix = new float[size * wanted];
        for (var to = 0L; to < wanted; to++)
        {
            var (start, end) = (to * size / wanted, (((to + 1) * size) + wanted - 1) / wanted);
            for (var from = start; from < end; from++)
            {
                matrix[(from * wanted) + to] = 1f / (end - start);
            }
        }

        return matrix;
    }
}
