using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Import;

/// <summary>Comparisons, and what is chosen by them.</summary>
internal static class ComparisonRows
{
    /// <summary>The table.</summary>
    public static OperatorRow[] All { get; } =
    [
        OperatorRow.Of("Equal", (x, y) => x.eq(y)),
        OperatorRow.Of("Greater", (x, y) => x.gt(y)),
        OperatorRow.Of("GreaterOrEqual", (x, y) => x.ge(y)),
        OperatorRow.Of("Less", (x, y) => x.lt(y)),
        OperatorRow.Of("LessOrEqual", (x, y) => x.le(y)),
        OperatorRow.Of("And", (x, y) => x.logical_and(y)),
        OperatorRow.Of("Or", (x, y) => x.logical_or(y)),
        OperatorRow.Of("Xor", (x, y) => x.logical_xor(y)),
        OperatorRow.Of("Not", x => x.logical_not()),
        OperatorRow.Of("IsNaN", x => x.isnan()),
        new OperatorRow("Where", 3, 3, _ => inputs => inputs.Together() is [var condition, var x, var y]
            ? [where(condition, x, y)]
            : throw inputs.Refuse("an input is missing")),
    ];
}
