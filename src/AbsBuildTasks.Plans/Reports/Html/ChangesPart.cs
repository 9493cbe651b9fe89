using System.Globalization;
using System.Xml.Linq;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Layout;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>What is different from the snapshot.</summary>
internal static class ChangesPart
{
    private const int ValueLength = 60;
    private const int SayingLength = 200;
    private const int MostRanges = 6;
    private const int MostReasons = 20;

    private static readonly string[] Columns = ["Layer", "What", "Effect", "Before", "After", "Difference"];

    public static XElement Render(ReportContent content, CompressionPlan snapshot)
    {
        var diff = PlanDiff.Between(snapshot, content.Plan);
        return Html.Section(
            "changes",
            content.Basis is null ? "Against the snapshot" : "What changed",
            content.Basis is { } basis ? Html.Element("p", "Compared with ", Html.Element("bdi", Printable.Shorten(basis, SayingLength)), ".") : null,
            diff.IsEmpty ? Html.Element("p", "No change.") : null,
            diff.Changes.Count == 0 ? null : Html.Table("Changes of the whole plan", Columns.Skip(1).ToArray(), IsNumber(2), diff.Changes.Select(Cells)),
            Layers(diff),
            Reasons(content.Reasons));
    }

    private static IEnumerable<XElement> Reasons(IReadOnlyList<string> reasons)
    {
        if (reasons.Count == 0)
        {
            yield break;
        }

        yield return Html.Element("h3", "Searched again because");
        yield return Html.Element("ul", reasons.Take(MostReasons).Select(reason => Html.Element("li", Html.Element("bdi", Printable.Shorten(reason, SayingLength)))));
        if (reasons.Count > MostReasons)
        {
            yield return Html.Element("p", $"and {Counted.More(reasons.Count - MostReasons, "reason")}.");
        }
    }

    private static XElement? Layers(PlanDiff diff)
    {
        if (diff.Layers.Count == 0)
        {
            return null;
        }

        var same = diff.UnchangedLayers == 1 ? "1 is as before" : Invariant($"{diff.UnchangedLayers} are as before");
        var table = Html.Table(
            Invariant($"Changes layer by layer: {diff.Layers.Count} changed, {same}"),
            Columns,
            IsNumber(3),
            diff.Layers.SelectMany(layer => Rows(layer).Select(cells => (object[])[Html.Name(layer.Name), .. cells])));
        return diff.Layers.Count <= LayerSelection.Most ? table : Html.Fold(Invariant($"{diff.Layers.Count} layers changed"), table);
    }

    private static Func<int, bool> IsNumber(int first) => column => column >= first && column < first + 3;

    private static IEnumerable<object[]> Rows(LayerDiff layer) => (layer.Before, layer.After) switch
    {
        (null, { } added) => [["whole layer", "", "", Describe(added), "added"]],
        ({ } removed, null) => [["whole layer", "", Describe(removed), "", "removed"]],
        ({ } before, { } after) => layer.Changes.Select(change => change.Property == "keptFilters" ? FilterCells(change, before, after) : Cells(change)),
        _ => [],
    };

    private static object[] Cells(PropertyChange change) =>
        [Words(change.Property), Effect(change.Effect), Value(change, change.Before), Value(change, change.After), Difference(change)];

    private static object[] FilterCells(PropertyChange change, LayerPlan before, LayerPlan after)
    {
        string[] moves = [.. Moves("−", before.KeptFilters.Except(after.KeptFilters)), .. Moves("+", after.KeptFilters.Except(before.KeptFilters))];
        return
        [
            Words(change.Property),
            Effect(change.Effect),
            Invariant($"{before.KeptFilters.Count:#,0}"),
            Invariant($"{after.KeptFilters.Count:#,0}"),
            string.Join(" ", moves),
        ];
    }

    private static IEnumerable<string> Moves(string sign, FilterRanges filters)
    {
        string[] ranges = [.. filters.Spellings().Take(MostRanges + 1)];
        if (ranges.Length > 0)
        {
            yield return sign + string.Join(",", ranges.Take(MostRanges)) + (ranges.Length > MostRanges ? ",…" : "");
        }
    }

    private static string Describe(LayerPlan layer) =>
        Invariant($"{layer.WeightBits} / {layer.ActivationBits} bit, {layer.KeptFilters.Count}/{layer.Filters} filters");

    private static object Value(PropertyChange change, string value) =>
        change.Difference is not null && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? Invariant($"{number:#,0}")
            : Html.Element("bdi", Printable.Shorten(value, ValueLength));

    private static string Difference(PropertyChange change)
    {
        var difference = change.Difference is { } value ? Invariant($"{value:+#,0.####;−#,0.####;0}") : "";
        return change.Percent is { } percent ? difference + Invariant($" ({percent:+#,0.0;−#,0.0;0.0}%)") : difference;
    }

    private static object Effect(ChangeEffect effect) => effect switch
    {
        ChangeEffect.Better => Html.Element("span", Html.Class("better"), "▲ better"),
        ChangeEffect.Worse => Html.Element("span", Html.Class("worse"), "▼ worse"),
        _ => "",
    };

    /// <summary>A property's path in words: <c>weightBits</c> is <c>weight bits</c>.</summary>
    private static string Words(string property) => property switch
    {
        "metric.compressed" => "metric",
        "metric.fullPrecision" => "metric in full precision",
        "macs" or "totals.macs" => "MACs",
        "bops" or "totals.bops" => "BOPs",
        "totals.fullPrecisionBops" => "BOPs in full precision",
        "sizeBytes" or "totals.sizeBytes" => "size in bytes",
        "totals.fullPrecisionSizeBytes" => "size in full precision",
        _ => string.Concat(property.Substring(property.IndexOf('.') + 1).Select(character => char.IsUpper(character) ? " " + char.ToLowerInvariant(character) : character.ToString())),
    };
}
