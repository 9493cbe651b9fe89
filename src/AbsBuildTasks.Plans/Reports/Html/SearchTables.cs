using System.Xml.Linq;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>What the charts of the search show, as tables to open.</summary>
internal static class SearchTables
{
    private const int WordLength = 40;

    /// <summary>Loss, metric and cost of each epoch, and of the steps between phases.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="epochs">The epochs in the order they ran, at least one.</param>
    public static XElement Epochs(CompressionPlan plan, IReadOnlyList<RunEpoch> epochs) => Html.Fold(
        "The course of the search as a table",
        Html.Table(
            "Epochs and the steps between them, in the order they ran",
            ["Epoch", "Loss", .. HasTestLoss(epochs) ? ["Test loss"] : Array.Empty<string>(), Printable.Shorten(plan.Metric.Name, WordLength), "BOPs", "Target"],
            column => column > 0,
            Rows(epochs)));

    /// <summary>What each layer's gates chose in the first and in the last epoch of the search.</summary>
    public static XElement Gates(IReadOnlyList<GateHistory> gates)
    {
        var names = Html.Names(gates.Select(gate => gate.Name));
        return Html.Fold(
            $"{Counted.Of(gates.Count, "layer")} as a table",
            Html.Table(
                gates.Any(gate => gate.IsFrozen) ? "Choices in the first epoch of the search, and what was frozen after the last" : "Choices in the first and the last epoch of the search",
                ["Layer", "Weight bits", "Activation bits", "Kept filters", gates.Any(gate => gate.IsFrozen) ? "Steps that changed some" : "Epochs that changed some"],
                column => column > 0,
                gates.Select(gate => (object[])
                [
                    Html.Shown(names.Of(gate.Name)),
                    gate.FirstToLast(step => step.WeightBits),
                    gate.FirstToLast(step => step.ActivationBits),
                    gate.FirstToLast(step => step.KeptFilters),
                    Invariant($"{gate.Moves(step => step)}"),
                ])));
    }

    private static bool HasTestLoss(IReadOnlyList<RunEpoch> epochs) => epochs.Any(epoch => epoch.TestLoss is not null);

    private static IEnumerable<object[]> Rows(IReadOnlyList<RunEpoch> epochs)
    {
        var (number, hasTestLoss) = (0, HasTestLoss(epochs));
        for (var i = 0; i < epochs.Count; i++)
        {
            var epoch = epochs[i];
            number = epoch.Number ?? (i > 0 && epochs[i - 1].Phase == epoch.Phase ? number + 1 : 1);
            yield return
            [
                Invariant($"{Printable.Shorten(epoch.Phase, WordLength)} {number}"),
                epoch.Loss is { } loss ? Quantity.Number(loss, 6) : "",
                .. hasTestLoss ? [epoch.TestLoss is { } test ? Quantity.Number(test, 6) : ""] : Array.Empty<object>(),
                epoch.Metric is { } metric ? Quantity.Metric(metric) : "",
                epoch.RelativeBops is { } bops ? Invariant($"{bops * 100:0.##}%") : "",
                epoch.Target is { } target ? Invariant($"{target * 100:0.##}%") : "",
            ];
        }
    }
}
