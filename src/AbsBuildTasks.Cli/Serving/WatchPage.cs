using System.Xml.Linq;
using AbsBuildTasks.Cli.Watching;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Runs;
using static System.FormattableString;

namespace AbsBuildTasks.Cli.Serving;

/// <summary>Searches as a page, with the charts that reports have. A few lines of script fetch the page again, and put its parts in place of the old ones.</summary>
internal static class WatchPage
{
    /// <summary>The name of the page's script.</summary>
    public const string ScriptName = "refresh.js";

    private const int RefreshSeconds = 5;

    // A page shows several spaces as one.
    private const string Between = " · ";

    /// <summary>The page's script.</summary>
    /// <remarks>A page that loads anew would close what was opened, and begin to be read aloud from its top. What it has it shows on while nothing answers.</remarks>
    public static string Script { get; } = Invariant($$"""
        setInterval(async () => {
          try {
            const answer = await fetch('/', { cache: 'no-store' });
            const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
            const folds = page => [...page.querySelectorAll('main details')];
            folds(document).forEach((fold, index) => { if (folds(fresh)[index]) folds(fresh)[index].open = fold.open; });
            for (const name of ['nav', 'main']) {
              const [before, after] = [document.querySelector(name), fresh.querySelector(name)];
              if (before && after) before.replaceChildren(...after.childNodes);
            }
          } catch { }
        }, {{1000 * RefreshSeconds}});

        """);

    /// <summary>Writes the page.</summary>
    /// <param name="searches">What to show.</param>
    /// <param name="folder">Where searches are looked for.</param>
    /// <param name="now">The time on the clock of their events.</param>
    /// <returns>HTML with LF at the ends of lines, to be sent as UTF-8.</returns>
    public static string Render(IReadOnlyList<ShownSearch> searches, string folder, TimeSpan now) => HtmlReport.Page(
        "Searches of compression plans",
        Html.Element(
            "header",
            Html.Element("p", Html.Class("kind"), "abs watch"),
            Html.Element("h1", "Searches"),
            Html.Element("p", searches.Count == 0 ? "No search has run yet since this page began, in " : "In ", Html.Name(folder), Invariant($". The page looks again every {RefreshSeconds} seconds."))),
        [.. searches.Select((search, index) => Section(search, Invariant($"search-{index + 1}"), now))],
        ScriptName);

    private static XElement Section(ShownSearch search, string id, TimeSpan now)
    {
        var epochs = search.Epochs;
        string[] words = [SearchWords.Phase(search.State), Epochs(search.State), SearchWords.Numbers(search.State).Replace("  ", Between, StringComparison.Ordinal), SearchWords.Left(search.State, now)];
        RunLayer[] layers = [.. epochs.LastOrDefault(epoch => epoch.Layers.Count > 0)?.Layers ?? []];
        Chart[] charts =
        [
            .. HistoryCharts.Draw(search.State.Progress?.MetricName ?? "metric", "", epochs),
            .. layers.Chunk(LayerSelection.Most).Select(some => LayerCharts.Bits([.. some.Select(layer => (layer.Name, layer.WeightBits, layer.ActivationBits, Invariant($"weights {layer.WeightBits} bits, activations {layer.ActivationBits} bits"))) ])),
        ];
        return Html.Section(
            id,
            Html.Name(search.Name),
            Html.Element("p", string.Join(Between, words.Where(part => part.Length > 0))),
            charts.Length == 0 ? null : Html.Charts(charts),
            SearchPart.Gates(GateHistory.Of(epochs)));
    }

    private static string Epochs(SearchState state) => state.Epochs == 0 ? "" : Invariant($"{state.Done} of {state.Epochs} epochs");
}
