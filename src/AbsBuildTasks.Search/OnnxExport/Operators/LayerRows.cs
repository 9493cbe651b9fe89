using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>Convolutions, linear layers and embeddings.</summary>
internal static class LayerRows
{
    // TorchSharp's Padding.Same.
    private const long Same = 1;

    /// <summary>The rows.</summary>
    public static IEnumerable<(string Function, Action<ExportNode> Write)> All { get; } =
    [
        ("THSTensor_conv1d", Convolution),
        ("THSTensor_conv2d", Convolution),
        ("THSTensor_conv3d", Convolution),
        ("THSTensor_conv1d_padding", ConvolutionByName),
        ("THSTensor_conv2d_padding", ConvolutionByName),
        ("THSTensor_conv3d_padding", ConvolutionByName),
        ("THSTensor_conv_transpose1d", Transposed),
        ("THSTensor_conv_transpose2d", Transposed),
        ("THSTensor_conv_transpose3d", Transposed),
        ("THSNN_functional_linear", Linear),
        ("THSNN_Embedding_forward", Embedding),
    ];

    private static void Convolution(ExportNode node)
    {
        var padding = Spatial(node, "padding");
        Write(node, "Conv", [.. padding, .. padding]);
    }

    private static void ConvolutionByName(ExportNode node)
    {
        var sides = node.SizesOf("weight", 2).Zip(Spatial(node, "dilation"), (side, dilation) => node.Int("padding") == Same ? dilation * (side - 1) : 0).ToArray();
        Write(node, "Conv", [.. sides.Select(total => total / 2), .. sides.Select(total => total - (total / 2))]);
    }

    private static void Transposed(ExportNode node)
    {
        var padding = Spatial(node, "padding");
        Write(node, "ConvTranspose", [.. padding, .. padding], new OnnxAttribute("output_padding", Spatial(node, "outputPadding")));
    }

    private static void Write(ExportNode node, string operation, long[] pads, params OnnxAttribute[] more)
    {
        if (node.ShapeOf("input").Count != node.ShapeOf("weight").Count)
        {
            throw node.Refuse("has an input without a batch dimension");
        }

        node.Result(operation, Weighted(node, "weight"), [
            new("kernel_shape", node.SizesOf("weight", 2)),
            new("strides", Spatial(node, "strides")),
            new("pads", pads),
            new("dilations", Spatial(node, "dilation")),
            new("group", node.Int("groups")),
            .. more,
        ]);
    }

    /// <summary>One number for each spatial dimension; torch takes one for all, too.</summary>
    private static long[] Spatial(ExportNode node, string parameter)
    {
        var (values, rank) = (node.Ints(parameter), node.ShapeOf("weight").Count - 2);
        return values.Length == rank ? values : [.. Enumerable.Repeat(values.Length == 0 ? (parameter.EndsWith("adding", StringComparison.Ordinal) ? 0 : 1) : values[0], rank)];
    }

    /// <summary>Gemm takes two dimensions: others are folded into the first.</summary>
    private static void Linear(ExportNode node)
    {
        var shape = node.ShapeOf("input");
        var inputs = Weighted(node, "weights");
        var transposed = new OnnxAttribute("transB", 1L);
        if (shape.Count == 2)
        {
            node.Result("Gemm", inputs, transposed);
            return;
        }

        inputs[0] = node.Emit("Reshape", [inputs[0], node.Graph.Integers(-1, node.Fixed(shape[^1]))]);
        node.Set(node.Reshape(node.Emit("Gemm", inputs, transposed), node.ResultShape()));
    }

    private static string[] Weighted(ExportNode node, string weight) => [node.In("input"), node.In(weight), .. node.Optional("bias") is { } bias ? [bias] : Array.Empty<string>()];

    private static void Embedding(ExportNode node)
    {
        // The property makes a tensor of its own each time, which has no name.
        var weight = ((TorchSharp.Modules.Embedding)node["module"]!).named_parameters().Single().parameter;
        var table = node.Constant(weight, weight);
        node.Graph.NativeWeights[table] = new NativeWeight(node.NameOf(weight), MeetsInput: false);
        node.Result("Gather", [table, node.In("tensor")]);
    }
}
