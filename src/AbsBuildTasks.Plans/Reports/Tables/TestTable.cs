using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Runs;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>What the compressed network does on its test data: the loss, and each class, the worst first.</summary>
internal static class TestTable
{
    private const int Digits = 5;
    private const int MostOpenRows = 20;

    /// <summary>Lines and a table; none where nothing is known.</summary>
    /// <param name="test">What was measured.</param>
    public static IReadOnlyList<ReportBlock> Of(RunTest? test) =>
    [
        .. test?.Loss is { } loss ? [new ReportLine([new($"mean loss {Quantity.Number(loss, Digits)}{(test.FullPrecisionLoss is { } full ? $", in full precision {Quantity.Number(full, Digits)}" : "")}")])] : Array.Empty<ReportBlock>(),
        .. test is { Classes.Count: > 0 } ? [Classes(test.Classes)] : Array.Empty<ReportBlock>(),
    ];

    private static ReportTable Classes(IReadOnlyList<RunClass> classes) => new(
        [new("class"), new("hits", IsNumber: true), new("examples", IsNumber: true), new("accuracy", IsNumber: true)],
        [.. classes.OrderBy(one => one.Accuracy).ThenBy(one => one.Class).Select(one => (IReadOnlyList<ReportCell>)[new(Invariant($"{one.Class}")), new(Invariant($"{one.Hits}")), new(Invariant($"{one.Examples}")), new(Invariant($"{100 * one.Accuracy:0.0}%"))])],
        "class") { Caption = "Classes, the worst first", OpenRows = MostOpenRows };
}
