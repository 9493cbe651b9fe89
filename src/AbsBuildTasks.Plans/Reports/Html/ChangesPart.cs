using System.Globalization;
using System.Xml.Linq;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>What is different from the snapshot.</summary>
internal static class ChangesPart
{
    private const int ValueLength = 60;
    private const int MostRanges = 6;

    private static readonly string[] Columns = ["Layer", "What", "Before", "After", "Difference", "Effect"];

    public static XElement Render(CompressionPlan snapshot, CompressionPlan plan)
    {
        var diff = PlanDiff.Between(snapshot, plan);
        return Html.Section(
            "changes",
            "Against the snapshot",
            diff.IsEmpty ? Html.Element("p", "No change.") : null,
            diff.Changes.Count == 0 ? null : Html.Table("Changes of the whole plan", Columns.Skip(1).ToArray(), IsNumber(1), diff.Changes.Select(Cells)),
            Layers(diff));
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
            IsNumber(2),
            diff.Layers.SelectMany(layer => Rows(layer).Select(cells => (object[])[Html.Name(layer.Name), .. cells])));
        return diff.Layers.Count <= LayerSelection.Most ? table : Html.Fold(Invariant($"{diff.Layers.Count} layers changed"), table);
    }

    private static Func<int, bool> IsNumber(int first) => column => column >= first && column < first + 3;

    private static IEnumerable<object[]> Rows(LayerDiff layer) => (layer.Before, layer.After) switch
    {
        (null, { } added) => [["whole layer", "", Describe(added), "added", ""]],
        ({ } removed, null) => [["whole layer", Describe(removed), "", "removed", ""]],
        ({ } before, { } after) => layer.Changes.Select(change => change.Property == "keptFilters" ? FilterCells(change, before, after) : Cells(change)),
        _ => [],
    };

    private static object[] Cells(PropertyChange change) =>
        [Words(change.Property), Value(change, change.Before), Value(change, change.After), Difference(change), Effect(change.Effect)];

    private static object[] FilterCells(PropertyChange change, LayerPlan before, LayerPlan after)
    {
        string[] moves = [.. Moves("−", before.KeptFilters.Except(after.KeptFilters)), .. Moves("+", after.KeptFilters.Except(before.KeptFilters))];
        return
        [
            Words(change.Property),
            Invariant($"{before.KeptFilters.Count:#,0}"),
            Invariant($"{after.KeptFilters.Count:#,0}"),
            string.Join(" ", moves),
            Effect(change.Effect),
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

    /// <summary>A property's path in words: <c>totals.sizeBytes</c> is <c>size bytes</c>.</summary>
    private static string Words(string property)
    {
        var name = property.Substring(property.IndexOf('.') + 1);
        var words = string.Concat(name.Select(character => char.IsUpper(character) ? " " + char.ToLowerInvariant(character) : character.ToString()));
        return property.StartsWith("metric.", StringComparison.Ordinal) ? "metric, " + words : words;
    }
}
