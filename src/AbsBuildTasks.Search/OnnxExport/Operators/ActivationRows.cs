using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>Activation functions.</summary>
internal static class ActivationRows
{
    /// <summary>The rows.</summary>
    public static IEnumerable<(string Function, Action<ExportNode> Write)> All { get; } =
    [
        ("THSTensor_relu", node => node.Result("Relu", [node.In("tensor")])),
        ("THSTensor_relu6", node => node.Result("Clip", [node.In("tensor"), node.Graph.Scalar(0, node.Type), node.Graph.Scalar(6, node.Type)])),
        ("THSTensor_leaky_relu", node => node.Result("LeakyRelu", [node.In("tensor")], new OnnxAttribute("alpha", (float)node.Number("negative_slope")))),
        ("THSTensor_elu", Elu),
        ("THSTensor_selu", node => node.Result("Selu", [node.In("tensor")])),
        ("THSTensor_celu", node => node.Result("Celu", [node.In("tensor")], new OnnxAttribute("alpha", (float)node.Number("alpha")))),
        ("THSTensor_silu", node => node.Result("Mul", [node.In("tensor"), node.Emit("Sigmoid", [node.In("tensor")])])),
        ("THSTensor_gelu", Gelu),
        ("THSTensor_gelu_with_approximate", node => GeluBy(node, (string?)node["approximate"])),
        ("THSTensor_hardswish", node => node.Result("HardSwish", [node.In("tensor")])),
        ("THSTensor_hardsigmoid", node => node.Result("HardSigmoid", [node.In("tensor")], new("alpha", 1 / 6f), new("beta", 0.5f))),
        ("THSTensor_sigmoid", node => node.Result("Sigmoid", [node.In("tensor")])),
        ("THSTensor_log_sigmoid", node => node.Result("Neg", [node.Emit("Softplus", [node.Emit("Neg", [node.In("tensor")])])])),
        ("THSTensor_tanh", node => node.Result("Tanh", [node.In("tensor")])),
        ("THSTensor_softplus", Softplus),
        ("THSTensor_prelu", Prelu),
        ("THSTensor_glu", Glu),
        ("THSTensor_clamp", node => Clip(node, "min", "max")),
        ("THSTensor_clamp_tensor", node => Clip(node, "min", "max")),
        ("THSTensor_clamp_min", node => Clip(node, "min", null)),
        ("THSTensor_clamp_max", node => Clip(node, null, "max")),
        ("THSSpecial_softmax", node => Softmax(node, "Softmax")),
        ("THSSpecial_log_softmax", node => Softmax(node, "LogSoftmax")),
        ("THSNN_dropout", Dropout),
        ("THSNN_dropout2d", Dropout),
        ("THSNN_dropout3d", Dropout),
        ("THSNN_alpha_dropout", Dropout),
        ("THSNN_feature_alpha_dropout", Dropout),
    ];

    private static void Elu(ExportNode node)
    {
        if (node.Number("scale") != 1 || node.Number("input_scale") != 1)
        {
            throw node.Refuse("scales its input or its result; use elu without that");
        }

        node.Result("Elu", [node.In("tensor")], new OnnxAttribute("alpha", (float)node.Number("alpha")));
    }

    private static void Gelu(ExportNode node) => GeluBy(node, "none");

    private static void GeluBy(ExportNode node, string? approximate)
    {
        var (x, type) = (node.In("tensor"), node.Type);
        var inner = approximate == "tanh"
            ? node.Emit("Tanh", [node.Emit("Mul", [
                node.Emit("Add", [x, node.Emit("Mul", [node.Emit("Pow", [x, node.Graph.Scalar(3, type)]), node.Graph.Scalar(0.044715, type)])]),
                node.Graph.Scalar(Math.Sqrt(2 / Math.PI), type)])])
            : node.Emit("Erf", [node.Emit("Mul", [x, node.Graph.Scalar(Math.Sqrt(0.5), type)])]);
        var weight = node.Emit("Mul", [node.Emit("Add", [inner, node.Graph.Scalar(1, type)]), node.Graph.Scalar(0.5, type)]);
        node.Result("Mul", [x, weight]);
    }

    /// <summary>Beyond torch's threshold both are the same to the last bit or nearly so.</summary>
    private static void Softplus(ExportNode node)
    {
        const double alike = 15;
        if (node.Number("beta") != 1 || node.Number("threshold") < alike)
        {
            throw node.Refuse("has another beta than 1, or a low threshold");
        }

        node.Result("Softplus", [node.In("tensor")]);
    }

    /// <summary>ONNX aligns the slopes with the last dimension, torch with the second.</summary>
    private static void Prelu(ExportNode node)
    {
        var (rank, slopes) = (node.ShapeOf("tensor").Count, node.In("trg"));
        var aligned = rank <= 2 ? slopes : node.Emit("Reshape", [slopes, node.Graph.Integers([-1, .. Enumerable.Repeat(1L, rank - 2)])]);
        node.Result("PRelu", [node.In("tensor"), aligned]);
    }

    private static void Glu(ExportNode node)
    {
        var shape = node.ShapeOf("tensor");
        var dim = node.Dim("dim", shape.Count);
        var half = node.Fixed(shape[dim]) / 2;
        var parts = node.Graph.Add("split", "Split", [node.In("tensor"), node.Graph.Integers(half, half)], 2, [new("axis", (long)dim)]);
        node.Result("Mul", [parts[0], node.Emit("Sigmoid", [parts[1]])]);
    }

    private static void Clip(ExportNode node, string? low, string? high)
    {
        string[] limits = [Limit(low), Limit(high)];
        if (low is not null && node[low] is Operand || high is not null && node[high] is Operand)
        {
            // Clip takes scalars only.
            var raised = limits[0].Length == 0 ? node.In("input") : node.Emit("Max", [node.In("input"), limits[0]]);
            node.Set(limits[1].Length == 0 ? raised : node.Emit("Min", [raised, limits[1]]));
            return;
        }

        node.Result("Clip", [node.In("input"), .. limits[1].Length == 0 ? limits[..1] : limits]);

        string Limit(string? parameter) => parameter is not null && node[parameter] is not null ? node.InAs(parameter, node.Type) : "";
    }

    private static void Softmax(ExportNode node, string operation) =>
        node.Result(operation, [node.CastTo(node.In("tensor"), node.TypeOf("tensor"), node.Type)], new OnnxAttribute("axis", node.Int("dim")));

    private static void Dropout(ExportNode node)
    {
        if (node.Flag("training") && node.Number("p") > 0)
        {
            throw node.Refuse("draws random numbers in evaluation mode");
        }

        node.Set(node.In("input"));
    }
}
