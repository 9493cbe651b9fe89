using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Layout;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>Shows a plan in full: every decision and cost in its own place, so that two texts differ where the plans do.</summary>
internal static class PlanReport
{
    private const int MostOpenRows = 50;

    /// <summary>A plan's report.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="file">The ONNX file that it came to; null where that is not known.</param>
    public static Report Of(CompressionPlan plan, DeliveredFile? file = null) => new(
    [
        new(
            [ReportCell.Name(plan.Model), new(": "), ReportCell.Name(plan.Budget), new(plan.BudgetRemark), .. plan.Target is { } target ? [new(", target "), ReportCell.Name(target)] : (ReportCell[])[]],
            [Totals(plan, file), .. Tables(plan), .. Pruned(plan), .. Remarks(plan), new ReportLine([new("fingerprint "), new(plan.Fingerprint)])]),
    ]);

    private static IEnumerable<ReportBlock> Remarks(CompressionPlan plan)
    {
        if (plan.WarmStart is { } start)
        {
            yield return new ReportLine([new("started from the weights "), new(start)]);
        }

        if (plan.RoundingRemark is { } rounding)
        {
            yield return new ReportLine([new(rounding)]);
        }

        if (plan.EndedEarly.Count > 0)
        {
            yield return new ReportLine([new("ended early: "), new(EndedPhase.Words(plan.EndedEarly))]);
        }
    }

    /// <summary>What the network gains and loses.</summary>
    internal static ReportTable Totals(CompressionPlan plan, DeliveredFile? file)
    {
        var (metric, totals) = (plan.Metric, plan.Totals);
        return new(
            [new(""), new("full precision → compressed"), new("")],
            [
                .. plan.FurtherMetrics.Prepend(metric).Select(Metric),
                .. totals.Kinds.Select(kind => (IReadOnlyList<ReportCell>)
                [
                    new(kind.Title),
                    new(Invariant($"{totals.Costs[kind]:#,0}")) { Before = Invariant($"{totals.FullPrecision[kind]:#,0}"), Detail = kind.Unit },
                    new(CostWords.Gain(totals, kind)),
                ]),
                .. DeliveredRows.Of(file, totals),
            ],
            "value") { HasTitles = false, Caption = "The whole plan" };
    }

    private static IReadOnlyList<ReportCell> Metric(PlanMetric metric) =>
    [
        ReportCell.Name(metric.Name) with { Detail = MetricWords.Sense(metric.LowerIsBetter) },
        new(PlanNumber.Metric(metric.Compressed)) { Before = PlanNumber.Metric(metric.FullPrecision) },
        new(Invariant($"{metric.Compressed - metric.FullPrecision:+0.0###;-0.0###;0} points"))
        {
            Detail = (MetricWords.Noise(metric) is { Length: > 0 } noise ? " " + noise : "") + (MetricWords.IsUnconverged(metric.Baseline) ? "; " + MetricWords.Unconverged : ""),
        },
    ];

    /// <summary>The layers, a row each, and what is left alone.</summary>
    internal static IReadOnlyList<ReportBlock> Tables(CompressionPlan plan) => [Layers(plan), .. Rest(plan)];

    private static ReportTable Layers(CompressionPlan plan) => new(
        [new("layer"), new("kind"), new("weights", true), new("activations", true), new("filters", true), .. plan.Totals.Kinds.Select(kind => new ReportColumn(kind.Unit.Length > 0 ? kind.Unit.Trim() : kind.Title, true))],
        [.. plan.Layers.Select(layer => Row(layer, plan.Totals.Kinds))],
        "layer") { OpenRows = MostOpenRows };

    private static IReadOnlyList<ReportCell> Row(LayerPlan layer, IReadOnlyList<CostKind> kinds) =>
    [
        ReportCell.Name(layer.Name),
        ReportCell.Name(layer.Kind),
        new(LayerBits.Weights(layer)),
        new(LayerBits.Activations(layer)),
        new(Invariant($"{layer.KeptFilters.Count}/{layer.Filters}")),
        .. kinds.Select(kind => new ReportCell(Invariant($"{layer.Costs[kind]:#,0}"))),
    ];

    private static IEnumerable<ReportBlock> Rest(CompressionPlan plan)
    {
        if (plan.Rest.Count > 0)
        {
            var isSame = plan.Rest.All(part => part.Bits == CostModel.FullPrecisionBits);
            yield return new ReportTable(
                [new(isSame ? "left alone, at 32 bits" : "left alone"), new("kind"), new("parameters", true), new("MACs", true), .. Enumerable.Repeat(new ReportColumn("their bits", true), isSame ? 0 : 1), .. CostKind.Counted.Select(kind => new ReportColumn(kind.Unit.Length > 0 ? kind.Unit.Trim() : kind.Title, true))],
                [.. plan.Rest.Select(part => Row(part, isSame))],
                "part") { OpenRows = MostOpenRows };
        }
    }

    private static IReadOnlyList<ReportCell> Row(RestPlan part, bool isSame) =>
    [
        ReportCell.Name(part.Name),
        ReportCell.Name(part.Kind),
        new(Invariant($"{part.Parameters:#,0}")),
        new(Invariant($"{part.Macs:#,0}")),
        .. Enumerable.Repeat(new ReportCell(Invariant($"{part.Bits}")), isSame ? 0 : 1),
        .. CostKind.Counted.Select(kind => new ReportCell(Invariant($"{part.Costs[kind]:#,0}"))),
    ];

    private static IEnumerable<ReportBlock> Pruned(CompressionPlan plan)
    {
        LayerPlan[] layers = [.. plan.Layers.Where(layer => layer.KeptFilters.Count < layer.Filters)];
        if (layers.Length > 0)
        {
            yield return new ReportTable(
                [new("pruned layer"), new("filters kept")],
                [.. layers.Select(layer => (IReadOnlyList<ReportCell>)[ReportCell.Name(layer.Name), new("") { Detail = layer.KeptFilters.ToString() }])],
                "pruned layer") { OpenRows = 0 };
        }
    }
}
