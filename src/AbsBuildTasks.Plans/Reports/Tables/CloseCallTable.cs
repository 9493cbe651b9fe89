using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Runs;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>How much hangs on each layer's decision: what one step cheaper or dearer would do.</summary>
internal static class CloseCallTable
{
    /// <summary>What the table means, a sentence each.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        "Estimated from gradients on a sample of the training data, when the decisions were frozen and before fine-tuning.",
        "Of each layer you see the cheaper step that harms least, and the dearer one that helps most.",
        "A close call: the cheaper step harms no more than another sample would (the noise), so another search may take it.",
    ];

    private const int Digits = 5;
    private const int MostOpenRows = 40;

    /// <summary>The layers whose cheaper step is within the noise, or would even help.</summary>
    public static IReadOnlyCollection<string> Of(RunHistory? history) =>
        [.. (history?.Steps ?? []).GroupBy(step => step.Layer, StringComparer.Ordinal).Where(layer => Best(layer, isCheaper: true) is { } step && IsClose(step)).Select(layer => layer.Key)];

    /// <summary>A row for each layer; null where nothing is known.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="history">How its search ran.</param>
    public static ReportTable? Table(CompressionPlan plan, RunHistory? history)
    {
        var steps = (history?.Steps ?? []).ToLookup(step => step.Layer, StringComparer.Ordinal);
        LayerPlan[] layers = [.. plan.Layers.Where(layer => steps.Contains(layer.Name))];
        return layers.Length == 0 ? null : new(
            [new("layer"), new("one step cheaper"), new("loss", IsNumber: true), new(CostKind.Leading.Title, IsNumber: true), new("one step dearer"), new("loss", IsNumber: true), new(CostKind.Leading.Title, IsNumber: true), new("")],
            [.. layers.Select(layer => Row(layer, Best(steps[layer.Name], isCheaper: true), Best(steps[layer.Name], isCheaper: false)))],
            "layer") { Caption = "What one step would change", OpenRows = MostOpenRows };
    }

    private static IReadOnlyList<ReportCell> Row(LayerPlan layer, RunStep? cheaper, RunStep? dearer) =>
    [
        ReportCell.Name(layer.Name),
        .. Cells(layer, cheaper),
        .. Cells(layer, dearer),
        cheaper is not null && IsClose(cheaper) ? new("close call") { Tone = CellTone.Strong } : ReportCell.Empty,
    ];

    private static IEnumerable<ReportCell> Cells(LayerPlan layer, RunStep? step) => step is null
        ? [ReportCell.Empty, ReportCell.Empty, ReportCell.Empty]
        : [new(What(layer, step)), new(Signed(step.Loss)) { Detail = " ±" + Quantity.Number(step.Noise, Digits) }, new((step.Bops < 0 ? "-" : "+") + CostKind.Leading.Short(Math.Abs(step.Bops)))];

    private static string What(LayerPlan layer, RunStep step)
    {
        string[] parts =
        [
            .. Part("weights", layer.WeightBits, step.WeightBits, " bit"),
            .. Part("activations", layer.ActivationBits, step.ActivationBits, " bit"),
            .. Part("filters", layer.KeptFilters.Count, step.KeptFilters, ""),
        ];
        return string.Join(", ", parts) + (step.Tied > 0 ? Invariant($" with {Counted.Of(step.Tied, "other layer")}") : "");
    }

    private static IEnumerable<string> Part(string what, int before, int after, string unit) => before == after ? [] : [Invariant($"{what} {before} to {after}{unit}")];

    private static string Signed(double value) => (value > 0 ? "+" : "") + Quantity.Number(value, Digits);

    private static bool IsClose(RunStep step) => step.IsWithinNoise || step.Loss < 0;

    private static RunStep? Best(IEnumerable<RunStep> steps, bool isCheaper) =>
        steps.Where(step => isCheaper ? step.Bops < 0 : step.Bops > 0).OrderBy(step => step.Loss).FirstOrDefault();
}
