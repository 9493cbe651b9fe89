using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Diffs;

/// <summary>Writes what changed between two plans for a terminal: a line per total, a line per layer.</summary>
public static class PlanDiffText
{
    private const int NameWidth = 40;
    private const int MostRanges = 6;

    /// <summary>Writes a diff; lines end in LF, with none at the end.</summary>
    public static string Write(PlanDiff diff)
    {
        if (diff.IsEmpty)
        {
            return $"{Printable.Escape(diff.Model)}: no change, {Layers(diff.UnchangedLayers)}";
        }

        IEnumerable<string> lines =
        [
            Printable.Escape(diff.Model),
            .. TextColumns.Align(diff.Changes.Select(TotalCells)),
            .. TextColumns.Align(LayerRows(diff.Layers)),
        ];
        if (diff.UnchangedLayers > 0)
        {
            lines = lines.Append(diff.UnchangedLayers == 1 ? "1 layer unchanged" : Invariant($"{diff.UnchangedLayers} layers unchanged"));
        }

        return string.Join("\n  ", lines);
    }

    private static string Layers(int count) => count == 1 ? "1 layer" : Invariant($"{count} layers");

    private static string[] TotalCells(PropertyChange change)
    {
        var difference = change.Difference is { } value ? Invariant($"{value:+#,0.####;-#,0.####;0}") : "";
        var percent = change.Percent is { } share ? Percent(share) : "";
        return
        [
            change.Property,
            $"{Value(change, change.Before)} -> {Value(change, change.After)}",
            difference.Length > 0 && percent.Length > 0 ? $"{difference} ({percent})" : difference,
            Effect(change.Effect),
        ];
    }

    private static IEnumerable<string[]> LayerRows(IReadOnlyList<LayerDiff> layers)
    {
        // A column per property that changed anywhere, so that the same change stands below the same.
        string[] columns = [.. layers.SelectMany(layer => layer.Changes).Select(change => change.Property).Distinct().OrderBy(Order)];
        foreach (var layer in layers)
        {
            var name = Printable.Shorten(layer.Name, NameWidth);
            if (layer.Before is null)
            {
                yield return [name, "added: " + Describe(layer.After!)];
            }
            else if (layer.After is null)
            {
                yield return [name, "removed: " + Describe(layer.Before)];
            }
            else
            {
                yield return [name, .. columns.Select(column => layer.Changes.FirstOrDefault(change => change.Property == column) is { } change ? Cell(layer, change) : "")];
            }
        }
    }

    private static int Order(string property) => Array.IndexOf(
        ["kind", "weightGrid", "weightBits", "activationGrid", "activationBits", "filters", "keptFilters", "macs", "bops", "sizeBytes"],
        property);

    private static string Cell(LayerDiff layer, PropertyChange change) => change.Property switch
    {
        "keptFilters" => $"filters {FilterChange(layer.Before!.KeptFilters, layer.After!.KeptFilters)}",
        "filters" => $"of {change.Before} -> {change.After}",
        "macs" or "bops" or "sizeBytes" when change.Percent is { } percent => $"{change.Property} {Percent(percent)}",
        _ => $"{change.Property} {Printable.Escape(change.Before)} -> {Printable.Escape(change.After)}",
    };

    private static string FilterChange(FilterRanges before, FilterRanges after)
    {
        string[] moves = [.. Moves('-', before.Except(after)), .. Moves('+', after.Except(before))];
        return Invariant($"{before.Count} -> {after.Count} ({string.Join(" ", moves)})");
    }

    private static IEnumerable<string> Moves(char sign, FilterRanges filters)
    {
        string[] ranges = [.. filters.Spellings()];
        if (ranges.Length > 0)
        {
            var rest = ranges.Length > MostRanges ? Invariant($",... {ranges.Length - MostRanges} more") : "";
            yield return string.Join(",", ranges.Take(MostRanges).Select(range => sign + range)) + rest;
        }
    }

    private static string Describe(LayerPlan layer) => Invariant(
        $"{Printable.Escape(layer.Kind)}, weights {layer.WeightBits} bits, activations {layer.ActivationBits} bits, filters {layer.KeptFilters.Count}/{layer.Filters}");

    private static string Value(PropertyChange change, string value) =>
        change.Difference is not null && long.TryParse(value, out var number) ? Invariant($"{number:#,0}") : Printable.Escape(value);

    private static string Percent(double percent) => Invariant($"{percent:+#,0.0;-#,0.0;0.0}%");

    private static string Effect(ChangeEffect effect) => effect switch
    {
        ChangeEffect.Better => "better",
        ChangeEffect.Worse => "worse",
        _ => "",
    };
}
