using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>Functions of single elements.</summary>
internal static class ArithmeticRows
{
    private static readonly (string Function, string Operation)[] Unary =
    [
        ("THSTensor_sqrt", "Sqrt"), ("THSTensor_exp", "Exp"), ("THSTensor_log", "Log"), ("THSTensor_neg", "Neg"), ("THSTensor_abs", "Abs"),
        ("THSTensor_reciprocal", "Reciprocal"), ("THSTensor_sin", "Sin"), ("THSTensor_cos", "Cos"), ("THSTensor_erf", "Erf"), ("THSTensor_floor", "Floor"),
        ("THSTensor_ceil", "Ceil"), ("THSTensor_sign", "Sign"), ("THSTensor_logical_not", "Not"),
    ];

    private static readonly (string Function, string Operation, string Left, string Right)[] Binary =
    [
        ("THSTensor_sub", "Sub", "tensor", "trg"), ("THSTensor_sub_scalar", "Sub", "tensor", "trg"),
        ("THSTensor_mul", "Mul", "tensor", "target"), ("THSTensor_mul_scalar", "Mul", "tensor", "scalar"),
        ("THSTensor_true_divide", "Div", "left", "right"), ("THSTensor_true_divide_scalar", "Div", "left", "right"),
        ("THSTensor_pow", "Pow", "tensor", "exponent"), ("THSTensor_pow_scalar", "Pow", "tensor", "scalar"),
        ("THSTensor_max_elementwise", "Max", "tensor", "other"), ("THSTensor_min_elementwise", "Min", "tensor", "other"),
        ("THSTensor_logical_and", "And", "tensor", "other"), ("THSTensor_logical_or", "Or", "tensor", "other"),
    ];

    private static readonly (string Function, string Operation)[] Comparisons =
    [
        ("THSTensor_eq", "Equal"), ("THSTensor_gt", "Greater"), ("THSTensor_lt", "Less"), ("THSTensor_ge", "GreaterOrEqual"), ("THSTensor_le", "LessOrEqual"),
    ];

    /// <summary>The rows.</summary>
    public static IEnumerable<(string Function, Action<ExportNode> Write)> All { get; } =
    [
        .. Unary.Select(row => (row.Function, (Action<ExportNode>)(node => node.Result(row.Operation, [node.In("tensor")])))),
        .. Binary.Select(row => (row.Function, (Action<ExportNode>)(node => node.Result(row.Operation, [node.InAs(row.Left, node.Type), node.InAs(row.Right, node.Type)])))),
        .. Comparisons.Select(row => (row.Function, (Action<ExportNode>)(node => Compare(node, row.Operation)))),
        .. Comparisons.Select(row => (row.Function + "_scalar", (Action<ExportNode>)(node => Compare(node, row.Operation)))),
        ("THSTensor_add", Add),
        ("THSTensor_add_scalar", Add),
        ("THSTensor_div", Divide),
        ("THSTensor_div_scalar", Divide),
        ("THSTensor_rsqrt", node => node.Result("Reciprocal", [node.Emit("Sqrt", [node.In("tensor")])])),
        ("THSTensor_addcmul", node => node.Result("Add", [node.In("tensor"), node.Emit("Mul", [node.Emit("Mul", [node.In("tensor1"), node.In("tensor2")]), node.InAs("value", node.Type)])])),
        ("THSTensor_where", node => node.Result("Where", [node.In("condition"), node.InAs("x", node.Type), node.InAs("y", node.Type)])),
        ("THSTensor_masked_fill", node => node.Result("Where", [node.In("mask"), node.InAs("value", node.Type), node.In("tensor")])),
    ];

    private static void Add(ExportNode node)
    {
        var other = node.InAs("trg", node.Type);
        node.Result("Add", [node.InAs("tensor", node.Type), node["alpha"] is null || node.Number("alpha") == 1 ? other : node.Emit("Mul", [other, node.InAs("alpha", node.Type)])]);
    }

    private static void Divide(ExportNode node)
    {
        if (node["rounding_mode"] is string { Length: > 0 } mode)
        {
            if (mode != "floor" || node.Type is not (OnnxType.Float or OnnxType.Double))
            {
                throw node.Refuse($"rounds ({mode})");
            }

            node.Result("Floor", [node.Emit("Div", [node.InAs("tensor", node.Type), node.InAs("trg", node.Type)])]);
            return;
        }

        node.Result("Div", [node.InAs("tensor", node.Type), node.InAs("trg", node.Type)]);
    }

    private static void Compare(ExportNode node, string operation)
    {
        // As torch does: what has a fraction stays so, and small whole numbers grow.
        var left = node.TypeOf("tensor");
        var right = node["trg"] is Operand ? node.TypeOf("trg") : node.Number("trg") % 1 == 0 ? left : OnnxType.Float;
        var type = left == right ? left : left == OnnxType.Float || right == OnnxType.Float ? OnnxType.Float : OnnxType.Int64;
        node.Result(operation, [node.InAs("tensor", type), node.InAs("trg", type)]);
    }
}
