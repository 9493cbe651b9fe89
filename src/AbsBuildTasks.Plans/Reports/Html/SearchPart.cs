using System.Xml.Linq;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>How the search came to its plan.</summary>
internal static class SearchPart
{
    private const int WordLength = 40;

    /// <returns>Null where the record tells nothing.</returns>
    public static XElement? Render(CompressionPlan plan, RunHistory history)
    {
        var curves = HistoryCharts.Draw(plan, history);
        var gates = GateHistory.Of(plan, history);
        return curves.Count == 0 && gates.Count == 0
            ? null
            : Html.Section("search", "The search", Facts(history), Html.Charts(curves), curves.Count == 0 ? null : SearchTables.Epochs(plan, history.Epochs), Gates(gates));
    }

    private static XElement? Facts(RunHistory history)
    {
        string[] facts =
        [
            .. history.Seconds is { } seconds ? [Invariant($"{seconds:#,0.#} s")] : Array.Empty<string>(),
            .. history.Device is { } device ? ["on " + Printable.Shorten(device, WordLength)] : Array.Empty<string>(),
            .. history.TorchSharp is { } version ? ["TorchSharp " + Printable.Shorten(version, WordLength)] : Array.Empty<string>(),
            .. history.Kept.Count > 0 ? [Invariant($"kept since for code or packages said to mean the same (changed {history.Kept.Count} {(history.Kept.Count == 1 ? "time" : "times")})")] : Array.Empty<string>(),
        ];
        return facts.Length == 0 ? null : Html.Element("p", string.Join(", ", facts) + ".");
    }

    /// <summary>How gates moved, in charts and a table; nothing where there are none.</summary>
    public static IEnumerable<XElement> Gates(IReadOnlyList<GateHistory> gates)
    {
        GateHistory[] moved = [.. gates.Where(layer => layer.HasMoved)];
        if (gates.Count == 0)
        {
            yield break;
        }

        yield return Html.Element("h3", "How the gates moved");
        yield return Html.Element("p", moved.Length == 0
            ? "Every layer kept the choices of the first epoch."
            : Invariant($"{moved.Length} of {gates.Count} layers changed their choices after the first epoch; the others kept them."));
        for (var first = 0; first < moved.Length; first += LayerSelection.Most)
        {
            GateHistory[] some = [.. moved.Skip(first).Take(LayerSelection.Most)];
            var charts = Html.Charts(GateCharts.Draw(some));
            yield return first == 0 && moved.Length <= LayerBlock.MostOpen ? charts : Html.Fold(Invariant($"Changed layers {first + 1} to {first + some.Length}"), charts);
        }

        yield return SearchTables.Gates(gates);
    }
}
