using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Import;

/// <summary>Activation functions.</summary>
internal static class ActivationRows
{
    private const float SeluAlpha = 1.67326319217681884765625f;
    private const float SeluGamma = 1.05070102214813232421875f;

    /// <summary>The table.</summary>
    public static OperatorRow[] All { get; } =
    [
        OperatorRow.Of("Relu", x => x.relu()),
        OperatorRow.Of("Sigmoid", x => x.sigmoid()),
        OperatorRow.Of("Tanh", x => x.tanh()),
        OperatorRow.Of("Softsign", x => x / (x.abs() + 1)),
        OperatorRow.Of("Mish", x => functional.mish(x)),
        OperatorRow.Of("HardSwish", x => functional.hardswish(x)),
        OperatorRow.Of("Softplus", x => x.softplus(1, 20)),
        OperatorRow.Of("LeakyRelu", node =>
        {
            var alpha = node.Float("alpha", 0.01f);
            return x => functional.leaky_relu(x, alpha);
        }),
        OperatorRow.Of("Elu", node =>
        {
            var alpha = node.Float("alpha", 1);
            return x => functional.elu(x, alpha);
        }),
        OperatorRow.Of("Celu", node =>
        {
            var alpha = node.Float("alpha", 1);
            return x => functional.celu(x, alpha);
        }),
        OperatorRow.Of("Selu", node =>
        {
            var (alpha, gamma) = (node.Float("alpha", SeluAlpha), node.Float("gamma", SeluGamma));
            return x => gamma * functional.elu(x, alpha);
        }),
        OperatorRow.Of("ThresholdedRelu", node =>
        {
            var alpha = node.Float("alpha", 1);
            return x => functional.threshold(x, alpha, 0);
        }),
        OperatorRow.Of("HardSigmoid", node =>
        {
            var (alpha, beta) = (node.Float("alpha", 0.2f), node.Float("beta", 0.5f));
            return x => ((x * alpha) + beta).clamp(0, 1);
        }),
        OperatorRow.Of("Swish", node =>
        {
            var alpha = node.Float("alpha", 1);
            return x => x * (x * alpha).sigmoid();
        }),
        OperatorRow.Of("Gelu", node =>
        {
            var approximate = node.Text("approximate", "none") switch
            {
                "none" => TorchSharp.Modules.GELU.Approximate.none,
                "tanh" => TorchSharp.Modules.GELU.Approximate.tanh,
                var other => throw node.Refuse($"its approximation '{other}' is not read"),
            };
            return x => functional.gelu(x, approximate);
        }),
        OperatorRow.Of("PRelu", (x, slope) => where(x.lt(0), x * slope, x)),
        new OperatorRow("Clip", 1, 3, Clip),
        OperatorRow.Of("Softmax", node => Probabilities(node, (x, axis) => functional.softmax(x, axis))),
        OperatorRow.Of("LogSoftmax", node => Probabilities(node, (x, axis) => functional.log_softmax(x, axis))),

        // It does nothing where a network is used, and its place in training is not known from a file.
        new OperatorRow("Dropout", 1, 3, node =>
        {
            node.Ignore("ratio", "seed");
            return inputs => [inputs[0].alias()];
        }),
    ];

    private static Operation Clip(NodeSetup node)
    {
        var (lowest, highest) = (node.Float("min", float.NegativeInfinity), node.Float("max", float.PositiveInfinity));
        return inputs =>
        {
            var least = inputs.Find(1) is null ? lowest : inputs.Number(1);
            var most = inputs.Find(2) is null ? highest : inputs.Number(2);
            var result = inputs[0];
            result = double.IsNegativeInfinity(least) ? result : result.clamp_min(least);
            return [double.IsPositiveInfinity(most) ? result.alias() : result.clamp_max(most).to(inputs[0].dtype)];
        };
    }

    private static Func<Tensor, Tensor> Probabilities(NodeSetup node, Func<Tensor, long, Tensor> run)
    {
        var axis = node.Int("axis", node.Opset < 13 ? 1 : -1);
        return node.Opset >= 13 ? x => run(x, axis) : x =>
        {
            // Until version 13, over all dimensions from the axis on.
            var start = (int)(axis < 0 ? axis + x.dim() : axis);
            return run(x.reshape([.. x.shape[..start], -1]), -1).reshape(x.shape);
        };
    }
}
