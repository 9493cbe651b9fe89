using System.Globalization;
using System.Xml.Linq;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>A plan's layers as rows: bits, filters, share, cost, and what changed.</summary>
/// <param name="plan">The plan.</param>
/// <param name="changes">What changed; null where that is not known.</param>
internal sealed class LayerRows(CompressionPlan plan, PlanDiff? changes)
{
    private const int KindLength = 40;
    private const int BarWidth = 60;

    private readonly ShortNames _names = Html.Names(plan.Layers.Select(layer => layer.Name));
    private readonly Dictionary<string, LayerDiff> _changed = (changes?.Layers ?? []).Where(layer => layer.After is not null).ToDictionary(layer => layer.Name, StringComparer.Ordinal);
    private readonly double _most = Math.Max(1, plan.Layers.Max(layer => (double)layer.Costs[CostKind.Leading]));

    private IReadOnlyList<CostKind> Others => [.. plan.Totals.Kinds.Where(kind => kind != CostKind.Leading)];

    /// <summary>What layers are put in order by.</summary>
    public string EffectName => _changed.Count > 0 ? "changes" : "shares";

    /// <summary>How much a layer matters: what it moves of the leading cost, or what it has of it where nothing changed.</summary>
    public double Effect(LayerPlan layer) => _changed.Count == 0 ? layer.Costs[CostKind.Leading]
        : _changed.TryGetValue(layer.Name, out var diff) ? Math.Abs((double)layer.Costs[CostKind.Leading] - (diff.Before?.Costs[CostKind.Leading] ?? 0)) : -1;

    /// <summary>How many of some layers changed, behind a comma; empty for none.</summary>
    public string Changed(IReadOnlyList<LayerPlan> layers) =>
        layers.Count(layer => _changed.ContainsKey(layer.Name)) is > 0 and var count ? Invariant($", {count} changed") : "";

    /// <summary>Some layers as a table.</summary>
    public XElement Table(string caption, IReadOnlyList<LayerPlan> layers)
    {
        var hasChanges = _changed.Count > 0;
        string[] columns =
        [
            "Layer", "Weights", "Activations", "Filters", "Share", Html.Sentence(CostKind.Leading.Title),
            .. hasChanges ? ["Change"] : Array.Empty<string>(),
            .. Others.Select(kind => Html.Sentence(kind.Title)), "MACs", "Kind",
        ];
        return Html.Table(caption, columns, column => column > 0 && column < columns.Length - 1 && columns[column] != "Change", layers.Select(layer => Row(layer, hasChanges)));
    }

    private object[] Row(LayerPlan layer, bool hasChanges)
    {
        var before = _changed.TryGetValue(layer.Name, out var diff) ? diff.Before : null;
        return
        [
            Html.Shown(_names.Of(layer.Name)),
            Before(before?.WeightBits, layer.WeightBits) + LayerBits.Weights(layer),
            Before(before?.ActivationBits, layer.ActivationBits) + LayerBits.Activations(layer),
            Invariant($"{Before(before?.KeptFilters.Count, layer.KeptFilters.Count)}{layer.KeptFilters.Count:#,0} of {layer.Filters:#,0}"),
            new object[] { Bar(layer), PlanShare.Text(plan, layer) },
            CostKind.Leading.Short(layer.Costs[CostKind.Leading]),
            .. hasChanges ? [Change(layer, diff)] : Array.Empty<object>(),
            .. Others.Select(kind => kind.Short(layer.Costs[kind])),
            ShortCount.Operations(layer.Macs),
            Html.Element("bdi", Printable.Shorten(layer.Kind, KindLength)),
        ];
    }

    private static string Before(int? before, int after) => before is { } value && value != after ? Invariant($"{value} → ") : "";

    private XElement Bar(LayerPlan layer) => Html.Element(
        "span",
        Html.Class("bar"),
        new XAttribute("style", "width:" + (BarWidth * layer.Costs[CostKind.Leading] / _most).ToString("0.#", CultureInfo.InvariantCulture) + "px"));

    private static object Change(LayerPlan layer, LayerDiff? diff)
    {
        if (diff is null)
        {
            return "";
        }

        if (diff.Before is not { } before)
        {
            return "new";
        }

        var (was, now) = (before.Costs[CostKind.Leading], layer.Costs[CostKind.Leading]);
        return was == now
            ? "same cost"
            : Html.Element(
                "span",
                Html.Class(now < was ? "better" : "worse"),
                Invariant($"{now - was:+#,0;-#,0}") + (was == 0 ? "" : $" ({DiffTotals.Percent(100.0 * (now - was) / was)})") + (now < was ? " better" : " worse"));
    }
}
