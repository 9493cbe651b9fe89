using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>Products of matrices.</summary>
internal static class MatrixRows
{
    /// <summary>The rows.</summary>
    public static IEnumerable<(string Function, Action<ExportNode> Write)> All { get; } =
    [
        ("THSTensor_matmul", node => node.Result("MatMul", [node.In("tensor"), node.In("target")])),
        ("THSTensor_mm", node => node.Result("MatMul", [node.In("tensor"), node.In("target")])),
        ("THSTensor_mv", node => node.Result("MatMul", [node.In("tensor"), node.In("target")])),
        ("THSTensor_bmm", node => node.Result("MatMul", [node.In("batch1"), node.In("batch2")])),
        ("THSTensor_addmm", node => Sum(node, "mat1", "mat2")),
        ("THSTensor_baddbmm", node => Sum(node, "batch1", "batch2")),
        ("THSTensor_einsum", EinsumRow.Write),
        ("THSNN_scaled_dot_product_attention", Attention),
    ];

    private static void Sum(ExportNode node, string left, string right)
    {
        var product = node.Emit("MatMul", [node.In(left), node.In(right)]);
        node.Result("Add", [Times(node.In("mat"), "beta"), Times(product, "alpha")]);

        string Times(string value, string factor) => node.Number(factor) == 1 ? value : node.Emit("Mul", [value, node.InAs(factor, node.Type)]);
    }

    private static void Attention(ExportNode node)
    {
        if (node.Number("p") > 0)
        {
            throw node.Refuse("drops at random");
        }

        var (query, key) = (node.ShapeOf("query"), node.ShapeOf("key"));
        long[] order = [.. Enumerable.Range(0, key.Count).Select(dim => (long)dim)];
        (order[^1], order[^2]) = (order[^2], order[^1]);
        var turned = node.Emit("Transpose", [node.In("key")], new OnnxAttribute("perm", order));
        var scores = node.Emit("Mul", [node.Emit("MatMul", [node.In("query"), turned]), node.Graph.Scalar(1 / Math.Sqrt(node.Fixed(query[^1])), node.Type)]);
        node.Result("MatMul", [node.Emit("Softmax", [Masked(node, scores, query, key)], new OnnxAttribute("axis", -1L)), node.In("value")]);
    }

    private static string Masked(ExportNode node, string scores, IReadOnlyList<Extent> query, IReadOnlyList<Extent> key)
    {
        if (node.Flag("casual"))
        {
            var (rows, columns) = (node.Fixed(query[^2]), node.Fixed(key[^2]));
            float[] causal = [.. Enumerable.Range(0, (int)(rows * columns)).Select(i => i % columns > i / columns ? float.NegativeInfinity : 0)];
            return node.Emit("Add", [scores, node.Graph.Constant(OnnxTensor.Of("causal", [rows, columns], causal))]);
        }

        return node["attention_mask"] is null ? scores
            : node.TypeOf("attention_mask") == OnnxType.Bool ? node.Emit("Where", [node.In("attention_mask"), scores, node.Graph.Scalar(double.NegativeInfinity, node.Type)])
            : node.Emit("Add", [scores, node.In("attention_mask")]);
    }
}
