using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Import;

/// <summary>Products of matrices: linear layers where one is constant.</summary>
internal static class LinearRows
{
    /// <summary>The table.</summary>
    public static OperatorRow[] All { get; } =
    [
        new OperatorRow("MatMul", 2, 2, MatMul),
        new OperatorRow("Gemm", 2, 3, Gemm),
        new OperatorRow("Einsum", 1, int.MaxValue, node =>
        {
            var equation = node.Text("equation", "");
            return inputs => [einsum(equation, inputs.Together())];
        }),
    ];

    private static Operation MatMul(NodeSetup node)
    {
        if (node.Constant(1) is { } weight && weight.dim() == 2 && weight.is_floating_point() && node.Constant(0) is null)
        {
            var layer = node.Layer(() => Linear(weight.t(), null));
            return inputs => [layer.call(inputs[0])];
        }

        return inputs => inputs.Together() is [var left, var right] ? [left.matmul(right)] : throw inputs.Refuse("an input is missing");
    }

    private static Operation Gemm(NodeSetup node)
    {
        var (alpha, beta) = (node.Float("alpha", 1), node.Float("beta", 1));
        var (isLeftTransposed, isRightTransposed) = (node.Flag("transA"), node.Flag("transB"));
        var bias = node.Constant(2);
        if (!isLeftTransposed && node.Constant(0) is null && node.Constant(1) is { } right && right.dim() == 2 && right.is_floating_point() && (!node.Has(2) || IsBias(bias, right.shape[isRightTransposed ? 0 : 1])))
        {
            var weight = (isRightTransposed ? right : right.t()) * alpha;
            var layer = node.Layer(() => Linear(weight, bias is null ? null : (bias * beta).reshape(-1).expand(weight.shape[0])));
            return inputs => [layer.call(inputs[0])];
        }

        return inputs =>
        {
            var all = inputs.Together();
            var product = alpha * (isLeftTransposed ? all[0].t() : all[0]).matmul(isRightTransposed ? all[1].t() : all[1]);
            return [all.Length > 2 ? product + (beta * all[2]) : product];
        };
    }

    // [N], [1, N], or one number for all.
    private static bool IsBias(Tensor? bias, long outputs) =>
        bias is not null && bias.is_floating_point() && (bias.numel() == 1 || (bias.numel() == outputs && bias.shape[^1] == outputs));

    private static TorchSharp.Modules.Linear Linear(Tensor weight, Tensor? bias)
    {
        var layer = nn.Linear(weight.shape[1], weight.shape[0], bias is not null);
        Weights.Set(layer.weight!, weight);
        Weights.Set(layer.bias, bias);
        return layer;
    }
}
