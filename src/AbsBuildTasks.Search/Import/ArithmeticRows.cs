using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Import;

/// <summary>Arithmetic, element by element.</summary>
internal static class ArithmeticRows
{
    /// <summary>The table.</summary>
    public static OperatorRow[] All { get; } =
    [
        OperatorRow.Of("Abs", x => x.abs()),
        OperatorRow.Of("Neg", x => x.neg()),
        OperatorRow.Of("Exp", x => x.exp()),
        OperatorRow.Of("Log", x => x.log()),
        OperatorRow.Of("Sqrt", x => x.sqrt()),
        OperatorRow.Of("Erf", x => x.erf()),
        OperatorRow.Of("Sin", x => x.sin()),
        OperatorRow.Of("Cos", x => x.cos()),
        OperatorRow.Of("Floor", x => x.floor()),
        OperatorRow.Of("Ceil", x => x.ceil()),
        OperatorRow.Of("Round", x => x.round()),
        OperatorRow.Of("Sign", x => x.sign()),
        OperatorRow.Of("Reciprocal", x => x.reciprocal()),
        OperatorRow.Of("Add", (x, y) => x + y),
        OperatorRow.Of("Sub", (x, y) => x - y),
        OperatorRow.Of("Mul", (x, y) => x * y),
        OperatorRow.Of("Div", (x, y) => x.is_floating_point() || y.is_floating_point() ? x / y : x.div(y, RoundingMode.trunc)),
        OperatorRow.Of("Pow", (x, y) => x.pow(y).to(x.dtype)),
        Of("Sum", (x, y) => x + y),
        Of("Min", minimum),
        Of("Max", maximum),
        new OperatorRow("Mean", 1, int.MaxValue, _ => inputs =>
        {
            var all = inputs.Together();
            return [all.Skip(1).Aggregate(all[0], (x, y) => x + y) / all.Length];
        }),
        new OperatorRow("Mod", 2, 2, node =>
        {
            var isC = node.Flag("fmod");
            return inputs => inputs.Together() is [var x, var y] ? [isC ? x.fmod(y) : x.remainder(y)] : throw inputs.Refuse("an input is missing");
        }),
        new OperatorRow("CumSum", 2, 2, node => node.Flag("exclusive") || node.Flag("reverse")
            ? throw node.Refuse("only sums from the first element on are read")
            : inputs => [inputs[0].cumsum(inputs.Ints(1)[0])]),
    ];

    private static OperatorRow Of(string name, Func<Tensor, Tensor, Tensor> join) => new(name, 1, int.MaxValue, _ => inputs =>
    {
        var all = inputs.Together();
        return [all.Length == 1 ? all[0].alias() : all.Skip(1).Aggregate(all[0], join)];
    });
}
