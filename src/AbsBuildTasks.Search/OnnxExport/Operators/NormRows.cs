using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>Normalisations.</summary>
internal static class NormRows
{
    /// <summary>The rows.</summary>
    public static IEnumerable<(string Function, Action<ExportNode> Write)> All { get; } =
    [
        ("THSNN_batch_norm", Batch),
        ("THSNN_instance_norm", Instance),
        ("THSNN_group_norm", Group),
        ("THSNN_layer_norm", Layer),
        ("THSNN_local_response_norm", LocalResponse),
        ("THSNN_normalize", Normalize),
    ];

    private static void Batch(ExportNode node)
    {
        if (node.Flag("training") || node["running_mean"] is null)
        {
            throw node.Refuse("takes its statistics from the batch; let it track running statistics");
        }

        WithStatistics(node);
    }

    private static void Instance(ExportNode node)
    {
        if (!node.Flag("use_input_stats"))
        {
            WithStatistics(node);
            return;
        }

        node.Result("InstanceNormalization", [node.In("input"), .. ScaleAndShift(node)], new OnnxAttribute("epsilon", (float)node.Number("eps")));
    }

    private static void WithStatistics(ExportNode node) => node.Result(
        "BatchNormalization",
        [node.In("input"), .. ScaleAndShift(node), node.In("running_mean"), node.In("running_var")],
        new OnnxAttribute("epsilon", (float)node.Number("eps")));

    private static string[] ScaleAndShift(ExportNode node)
    {
        var channels = node.Fixed(node.ShapeOf("input")[1]);
        return [node.Optional("weight") ?? Filled(node, channels, 1), node.Optional("bias") ?? Filled(node, channels, 0)];
    }

    /// <summary>ONNX has this operator from opset 21 on; before, it is an instance normalisation of groups.</summary>
    private static void Group(ExportNode node)
    {
        var (shape, groups) = (node.ShapeOf("input"), node.Int("num_groups"));
        var folded = node.Emit("Reshape", [node.In("input"), node.Graph.Integers(0, groups, -1)]);
        var normal = node.Emit("InstanceNormalization", [folded, Filled(node, groups, 1), Filled(node, groups, 0)], new OnnxAttribute("epsilon", (float)node.Number("eps")));
        var value = node.Reshape(normal, shape);
        var channels = node.Graph.Integers([node.Fixed(shape[1]), .. Enumerable.Repeat(1L, shape.Count - 2)]);
        foreach (var (operation, parameter) in new[] { ("Mul", "weight"), ("Add", "bias") })
        {
            if (node.Optional(parameter) is { } factor)
            {
                value = node.Emit(operation, [value, node.Emit("Reshape", [factor, channels])]);
            }
        }

        node.Set(value);
    }

    private static void Layer(ExportNode node)
    {
        var sizes = node.Ints("normalized_shape");
        var scale = node.Optional("weight") ?? node.Graph.Constant(OnnxTensor.Of("ones", sizes, Values(sizes.Aggregate(1L, (product, size) => product * size), 1)));
        node.Result(
            "LayerNormalization",
            [node.In("input"), scale, .. node.Optional("bias") is { } bias ? [bias] : Array.Empty<string>()],
            new("axis", (long)-sizes.Length),
            new("epsilon", (float)node.Number("eps")));
    }

    private static void LocalResponse(ExportNode node)
    {
        if (node.Int("size") % 2 == 0)
        {
            throw node.Refuse("goes over an even number of channels, which ONNX centres otherwise");
        }

        node.Result("LRN", [node.In("input")], new("alpha", (float)node.Number("alpha")), new("beta", (float)node.Number("beta")), new("bias", (float)node.Number("k")), new("size", node.Int("size")));
    }

    private static void Normalize(ExportNode node)
    {
        if (node.Number("p") != 2)
        {
            throw node.Refuse("takes another norm than the second");
        }

        var length = ReductionRows.Reduce(node, "ReduceL2", node.In("input"), [node.Dim("dim", node.ShapeOf("input").Count)], keeps: true);
        node.Result("Div", [node.In("input"), node.Emit("Max", [length, node.Graph.Scalar(node.Number("eps"), node.Type)])]);
    }

    private static string Filled(ExportNode node, long count, float value) => node.Graph.Constant(OnnxTensor.Of(value == 1 ? "ones" : "zeros", [count], Values(count, value)));

    private static float[] Values(long count, float value) => [.. Enumerable.Repeat(value, (int)count)];
}
