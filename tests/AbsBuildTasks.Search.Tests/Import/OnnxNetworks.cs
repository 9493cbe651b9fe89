using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Search.Tests.Import;

/// <summary>Networks as PyTorch exports them.</summary>
internal static class OnnxNetworks
{
    /// <summary>Three blocks with sums around them; [N, 3, 8, 8] to 4 classes.</summary>
    public static OnnxModel Residual()
    {
        var graph = new OnnxGraphBuilder();
        var x = graph.Add("Relu", [graph.Norm("bn1", graph.Conv("conv1", graph.Input("image", 3, 8, 8), 3, 8, 3), 8)]);
        for (var block = 0; block < 2; block++)
        {
            var inner = graph.Add("Relu", [graph.Norm($"layer{block}.bn1", graph.Conv($"layer{block}.conv1", x, 8, 8, 3), 8)]);
            x = graph.Add("Relu", [graph.Add("Add", [graph.Norm($"layer{block}.bn2", graph.Conv($"layer{block}.conv2", inner, 8, 8, 3), 8), x])]);
        }

        return graph.Model(Classes(graph, graph.Add("GlobalAveragePool", [x]), 8));
    }

    /// <summary>Depthwise convolutions and ReLU6.</summary>
    public static OnnxModel Mobile()
    {
        var graph = new OnnxGraphBuilder();
        var (zero, six) = (graph.Constant("zero", [], [0]), graph.Constant("six", [], [6]));
        var x = graph.Add("Clip", [graph.Conv("features.0.0", graph.Input("image", 3, 16, 16), 3, 8, 3, stride: 2), zero, six]);
        var wide = graph.Add("Clip", [graph.Conv("features.1.0", x, 8, 24, 1), zero, six]);
        var deep = graph.Add("Clip", [graph.Conv("features.1.1", wide, 24, 24, 3, groups: 24), zero, six]);
        x = graph.Add("Add", [graph.Conv("features.1.2", deep, 24, 8, 1), x]);
        return graph.Model(Classes(graph, graph.Add("ReduceMean", [x, graph.Ints("axes", 2, 3)]), 8));
    }

    /// <summary>Attention that is written by hand: words, heads, a table of positions; the batch is taken from the input's shape.</summary>
    public static OnnxModel Attention()
    {
        var graph = new OnnxGraphBuilder();
        var words = graph.Input("words", OnnxType.Int64, 6);
        var embedded = graph.Add("Gather", [graph.Weight("embedding.weight", 11, 8), words]);
        var x = graph.Add("Add", [embedded, graph.Weight("positions", 6, 8)]);
        var normal = graph.Add("LayerNormalization", [x, graph.Filled("norm.weight", 1.2f, 8), graph.Weight("norm.bias", 8)]);
        var parts = new[] { "query", "key", "value" }.Select(name => Heads(graph, Linear(graph, name, normal, 8, 8), x)).ToArray();
        var scores = graph.Add("MatMul", [parts[0], graph.Add("Transpose", [parts[1]], new OnnxAttribute("perm", [0L, 1, 3, 2]))]);
        var scaled = graph.Add("Div", [scores, graph.Add("Sqrt", [graph.Constant("width", [], [4])])]);
        var mixed = graph.Add("MatMul", [graph.Add("Softmax", [scaled], new OnnxAttribute("axis", -1L)), parts[2]]);
        var joined = graph.Add("Reshape", [graph.Add("Transpose", [mixed], new OnnxAttribute("perm", [0L, 2, 1, 3])), graph.Ints("joined", 0, -1, 8)]);
        var sum = graph.Add("Add", [x, Linear(graph, "out", joined, 8, 8)]);
        var hidden = graph.Add("Gelu", [Linear(graph, "up", sum, 8, 16)]);
        var result = graph.Add("Add", [Linear(graph, "down", hidden, 16, 8), sum]);
        return new OnnxModel { IrVersion = 10, Opsets = [new OnnxOpset("", 20)], Graph = graph.Model(graph.Add("ReduceMean", [result, graph.Ints("axes", 1)], new OnnxAttribute("keepdims", 0L))).Graph };
    }

    /// <summary>A way down and up again.</summary>
    public static OnnxModel UNet()
    {
        var graph = new OnnxGraphBuilder();
        var top = graph.Add("Relu", [graph.Conv("down1", graph.Input("image", 3, 16, 16), 3, 4, 3)]);
        var middle = graph.Add("Relu", [graph.Conv("down2", graph.Add("MaxPool", [top], new OnnxAttribute("kernel_shape", [2L, 2]), new OnnxAttribute("strides", [2L, 2])), 4, 8, 3)]);
        var low = graph.Add("Relu", [graph.Conv("down3", graph.Add("MaxPool", [middle], new OnnxAttribute("kernel_shape", [2L, 2]), new OnnxAttribute("strides", [2L, 2])), 8, 8, 3)]);
        var up = graph.Add("ConvTranspose", [low, graph.Weight("up1.weight", 8, 8, 2, 2), graph.Weight("up1.bias", 8)], new OnnxAttribute("strides", [2L, 2]), new OnnxAttribute("kernel_shape", [2L, 2]));
        var joined = graph.Add("Relu", [graph.Conv("up2", graph.Add("Concat", [up, middle], new OnnxAttribute("axis", 1L)), 16, 4, 3)]);
        var large = graph.Add("Resize", [joined, "", graph.Constant("scales", [4], [1, 1, 2, 2])], new OnnxAttribute("mode", "linear"), new OnnxAttribute("coordinate_transformation_mode", "half_pixel"));
        return graph.Model(graph.Add("Sigmoid", [graph.Conv("last", graph.Add("Concat", [large, top], new OnnxAttribute("axis", 1L)), 8, 1, 1)]));
    }

    /// <summary>Sound of one channel, with strides, dilations and instance normalisation.</summary>
    public static OnnxModel Audio()
    {
        var graph = new OnnxGraphBuilder();
        var x = graph.Add("Conv", [graph.Input("sound", 1, 160), graph.Weight("conv1.weight", 8, 1, 9), graph.Weight("conv1.bias", 8)], new OnnxAttribute("strides", [4L]), new OnnxAttribute("pads", [4L, 4]));
        x = graph.Add("InstanceNormalization", [x, graph.Filled("norm.weight", 0.8f, 8), graph.Weight("norm.bias", 8)]);
        x = graph.Add("PRelu", [x, graph.Filled("slope", 0.25f, 8, 1)]);
        x = graph.Add("Conv", [x, graph.Weight("conv2.weight", 8, 8, 3)], new OnnxAttribute("dilations", [2L]), new OnnxAttribute("pads", [4L, 0]));
        x = graph.Add("AveragePool", [graph.Add("Mul", [x, graph.Add("Sigmoid", [x])])], new OnnxAttribute("kernel_shape", [4L]), new OnnxAttribute("strides", [4L]));
        return graph.Model(Classes(graph, graph.Add("ReduceMax", [x, graph.Ints("axes", 2)]), 8));
    }

    /// <summary>A linear layer as PyTorch exports it: a product, and a sum that may have the bias first.</summary>
    public static string Linear(OnnxGraphBuilder graph, string name, string input, long inputs, long outputs) =>
        graph.Add("Add", [graph.Weight($"{name}.bias", outputs), graph.Add("MatMul", [input, graph.Weight($"onnx::{name}", inputs, outputs)])]);

    /// <summary>Features as classes.</summary>
    private static string Classes(OnnxGraphBuilder graph, string input, long features) =>
        graph.Add("Gemm", [graph.Add("Flatten", [input]), graph.Weight("fc.weight", 4, features), graph.Weight("fc.bias", 4)], new OnnxAttribute("transB", 1L));

    /// <summary>[N, 6, 8] as [N, 2 heads, 6, 4], by arithmetic with the shape.</summary>
    private static string Heads(OnnxGraphBuilder graph, string input, string shaped)
    {
        var batch = graph.Add("Unsqueeze", [graph.Add("Gather", [graph.Add("Shape", [shaped]), graph.Int($"first{input}", 0)]), graph.Ints($"axis{input}", 0)]);
        var shape = graph.Add("Concat", [batch, graph.Ints($"rest{input}", -1, 2, 4)], new OnnxAttribute("axis", 0L));
        return graph.Add("Transpose", [graph.Add("Reshape", [input, shape])], new OnnxAttribute("perm", [0L, 2, 1, 3]));
    }
}
