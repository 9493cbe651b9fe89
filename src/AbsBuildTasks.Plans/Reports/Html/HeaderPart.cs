using System.Xml.Linq;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>The head of the page: the model, and what its plan gains and loses.</summary>
internal static class HeaderPart
{
    private const int FingerprintDigits = 12;
    private const int RuntimeLength = 60;

    /// <param name="plan">The plan.</param>
    /// <param name="file">The ONNX file that it came to; null where that is not known.</param>
    /// <param name="verdict">What becomes of it; null where that is not known.</param>
    public static XElement Render(CompressionPlan plan, DeliveredFile? file = null, XElement? verdict = null)
    {
        return Html.Element(
            "header",
            Html.Element("p", Html.Class("kind"), "Compression plan"),
            Html.Element("h1", Html.Name(plan.Model)),
            verdict,
            Html.Element(
                "dl",
                Html.Class("figures"),
                plan.FurtherMetrics.Prepend(plan.Metric).Select(Metric),
                plan.Totals.Kinds.Select(kind => Cost(plan, kind)),
                Delivered(plan, file),
                Figure(
                    "Filters",
                    Invariant($"{plan.Layers.Sum(layer => (long)layer.KeptFilters.Count):#,0}"),
                    Invariant($"of {plan.Layers.Sum(layer => (long)layer.Filters):#,0} kept"),
                    plan.Layers.Count == 1 ? "in 1 layer" : Invariant($"in {plan.Layers.Count} layers"))),
            plan.WarmStart is { } start ? Html.Element("p", Html.Class("fingerprint"), "Started from the weights ", Html.Element("code", start.Substring(0, FingerprintDigits))) : null,
            plan.RoundingRemark is { } rounding ? Html.Element("p", Html.Class("fingerprint"), char.ToUpperInvariant(rounding[0]) + rounding.Substring(1)) : null,
            plan.EndedEarly.Count > 0 ? Html.Element("p", Html.Class("fingerprint"), "Ended early: " + EndedPhase.Words(plan.EndedEarly)) : null,
            Html.Element("p", Html.Class("fingerprint"), "Fingerprint ", Html.Element("code", plan.Fingerprint.Substring(0, FingerprintDigits))));
    }

    private static XElement Metric(PlanMetric metric) => Figure(
        Html.Name(metric.Name),
        Quantity.Metric(metric.Compressed),
        Invariant($"{Quantity.Metric(metric.FullPrecision)} in full precision"),
        Invariant($"{Quantity.Points(metric.FullPrecision, metric.Compressed)} points{MetricWords.Sense(metric.LowerIsBetter)}"),
        MetricWords.Noise(metric),
        MetricWords.IsUnconverged(metric.Baseline) ? MetricWords.Unconverged : "");

    private static IEnumerable<XElement> Delivered(CompressionPlan plan, DeliveredFile? file)
    {
        if (file is not { Record: var record, Timing: var timing })
        {
            yield break;
        }

        yield return Figure(Html.Sentence(DeliveredRows.SizeTitle), ShortCount.Bytes(record.FileBytes), $"{ShortCount.Bytes(record.FloatBytes)} in full precision", DeliveredRows.Smaller(record));
        if (timing is not null)
        {
            yield return Figure(
                Html.Sentence(DeliveredRows.TimeTitle),
                ShortCount.Nanoseconds(timing.Nanoseconds),
                $"{ShortCount.Nanoseconds(timing.FloatNanoseconds)} in full precision",
                DeliveredRows.Faster(timing),
                Printable.Shorten(timing.Runtime, RuntimeLength));
        }
    }

    private static XElement Cost(CompressionPlan plan, CostKind kind)
    {
        var (title, full, cost) = (Html.Sentence(kind.Title), kind.Short(plan.Totals.FullPrecision[kind]), kind.Short(plan.Totals.Costs[kind]));
        var (budget, target) = kind == CostKind.Leading ? ($"budget {plan.Budget}{plan.BudgetRemark}", plan.Target is { } name ? $"target {name}" : "") : ("", "");
        return kind.RelativeProperty is null
            ? Figure(title, cost, $"{full} in full precision", CostWords.Gain(plan.Totals, kind, "#,0.0"), budget, target)
            : Figure(title, CostWords.Percent(plan.Totals, kind), $"{full} → {cost}", budget, target);
    }

    private static XElement Figure(object name, string value, params string[] notes) => Html.Element(
        "div",
        Html.Element("dt", name),
        Html.Element("dd", Html.Class("value"), value),
        notes.Where(note => note.Length > 0).Select(note => Html.Element("dd", note)));
}
