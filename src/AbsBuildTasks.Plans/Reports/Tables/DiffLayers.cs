using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Layout;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>The table of the layers that differ, the most notable first.</summary>
internal static class DiffLayers
{
    private const int MostRanges = 6;
    private const int MostOpenRows = 20;

    /// <summary>A row per layer; what follows from other layers' decisions may be folded away.</summary>
    /// <param name="diff">What changed.</param>
    /// <param name="close">Layers whose decisions are close calls.</param>
    public static ReportTable Of(PlanDiff diff, IReadOnlyCollection<string> close)
    {
        var layers = LayerDiff.NotableFirst(diff.Layers);
        var decisions = layers.Count(layer => layer.IsDecision);
        ReportColumn[] columns = [new("layer"), new("weights"), new("activations"), new("filters"), .. diff.Kinds.Select(kind => new ReportColumn(kind.Title, IsNumber: true)), new("other"), new("")];
        return new(columns, [.. layers.Select(layer => (IReadOnlyList<ReportCell>)[.. Row(layer, diff.Kinds), layer.IsDecision && close.Contains(layer.Name) ? new("close call") : ReportCell.Empty])], "layer") { Caption = "Changes layer by layer", OpenRows = Math.Min(decisions > 0 ? decisions : layers.Count, MostOpenRows) };
    }

    private static IReadOnlyList<ReportCell> Row(LayerDiff layer, IReadOnlyList<CostKind> kinds) => layer switch
    {
        { Before: null, After: { } after } => Whole(after, "new", kinds),
        { After: null, Before: { } before } => Whole(before, "gone", kinds),
        _ =>
        [
            ReportCell.Name(layer.Name),
            Bits(layer, "weightBits", "weightGrid"),
            Bits(layer, "activationBits", "activationGrid"),
            Filters(layer),
            .. kinds.Select(kind => Cost(layer, kind.Property)),
            Other(layer),
        ],
    };

    private static IReadOnlyList<ReportCell> Whole(LayerPlan layer, string what, IReadOnlyList<CostKind> kinds) =>
    [
        ReportCell.Name(layer.Name) with { Detail = $" ({what})" },
        new(Invariant($"{layer.WeightBits}")),
        new(Invariant($"{layer.ActivationBits}")),
        new(Invariant($"{layer.KeptFilters.Count} of {layer.Filters}")),
        .. kinds.Select(kind => new ReportCell(Invariant($"{layer.Costs[kind]:#,0}"))),
        ReportCell.Name(layer.Kind),
    ];

    private static ReportCell Bits(LayerDiff layer, string bits, string grid) => (Find(layer, bits), Find(layer, grid)) switch
    {
        (null, null) => ReportCell.Empty,
        ({ } change, null) => Change(change),
        (null, { } change) => Change(change),
        ({ } change, { } other) => Change(change) with { Detail = $" ({other.Before} to {other.After})" },
    };

    private static ReportCell Filters(LayerDiff layer)
    {
        if (Find(layer, "keptFilters") is not { } change)
        {
            return ReportCell.Empty;
        }

        string[] moves = [.. Moves('-', layer.FiltersGone), .. Moves('+', layer.FiltersBack)];
        return new(Invariant($"{layer.After!.KeptFilters.Count}"))
        {
            Before = Invariant($"{layer.Before!.KeptFilters.Count}"),
            Detail = $" ({string.Join(" ", moves)})",
            Tone = DiffTotals.Tone(change.Effect),
        };
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

    private static ReportCell Cost(LayerDiff layer, string property) => Find(layer, property) is { } change
        ? new(Invariant($"{change.Difference:+#,0;-#,0}")) { Detail = change.Percent is { } percent ? $" ({DiffTotals.Percent(percent)})" : "", Tone = DiffTotals.Tone(change.Effect) }
        : ReportCell.Empty;

    private static ReportCell Other(LayerDiff layer)
    {
        if (Find(layer, "kind") is { } kind)
        {
            return ReportCell.Name(kind.After) with { Before = kind.Before };
        }

        if (Find(layer, "filters") is { } filters)
        {
            return new(filters.After) { Before = "of " + filters.Before, Detail = " filters" };
        }

        if (Find(layer, "weightScales") is { } scales)
        {
            return new(scales.After) { Before = scales.Before, Detail = " scales" };
        }

        // Said only where no other column would show that the layer differs.
        return Find(layer, "macs") is { } macs && Find(layer, CostKind.Leading.Property) is null ? Cost(layer, "macs") with { Detail = " MACs", Tone = DiffTotals.Tone(macs.Effect) } : ReportCell.Empty;
    }

    private static ReportCell Change(PropertyChange change) => new(change.After) { Before = change.Before, Tone = DiffTotals.Tone(change.Effect) };

    private static PropertyChange? Find(LayerDiff layer, string property) => layer.Changes.FirstOrDefault(change => change.Property == property);
}
