using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Layout;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>The table of what a change does to the whole network.</summary>
internal static class DiffTotals
{
    private const string Further = "furtherMetrics.";

    /// <summary>Accuracy and costs, changed or not, then whatever else changed, then the ONNX files.</summary>
    /// <param name="diff">What changed.</param>
    /// <param name="before">The file of the plan before; null where that is not known.</param>
    /// <param name="after">That of the plan after.</param>
    public static ReportTable Of(PlanDiff diff, DeliveredFile? before = null, DeliveredFile? after = null)
    {
        var changes = diff.Changes.ToDictionary(change => change.Property, StringComparer.Ordinal);
        string[] main = ["metric.compressed", .. diff.After.Totals.Kinds.Select(kind => "totals." + kind.Property)];
        var rows = main.Select(property => changes.TryGetValue(property, out var change) ? Row(diff, change) : Same(diff, property))
            .Concat(diff.Changes.Where(change => !main.Contains(change.Property)).Select(change => Row(diff, change)));
        return new([new(""), new("before → after"), new("change"), new("")], [.. rows, .. DeliveredRows.Between(before, after)], "value") { HasTitles = false, Caption = "The whole plan" };
    }

    /// <summary>A change in a few characters, for a summary's cell: <c>+0.25</c>, <c>-1.6%</c>.</summary>
    public static ReportCell Short(PlanDiff diff, string property)
    {
        if (diff.Changes.FirstOrDefault(change => change.Property == property) is not { } change)
        {
            return Unchanged(diff, property);
        }

        var text = property != "metric.compressed" && change.Percent is { } percent ? Percent(percent) : Signed(change.Difference ?? 0);
        return new(text) { Detail = Word(change) is { Length: > 0 } word ? $" {word}" : "", Tone = Tone(change.Effect) };
    }

    /// <summary>A percentage with its sign.</summary>
    public static string Percent(double percent) => Invariant($"{percent:+#,0.0;-#,0.0;0.0}%");

    /// <summary>The tone of an effect.</summary>
    public static CellTone Tone(ChangeEffect effect) => effect switch
    {
        ChangeEffect.Better => CellTone.Better,
        ChangeEffect.Worse => CellTone.Worse,
        _ => CellTone.Plain,
    };

    private static string Signed(double value) => Math.Abs(value) is >= 1e-4 or 0
        ? Invariant($"{value:+#,0.#########;-#,0.#########;0}")
        : (value > 0 ? "+" : "") + PlanNumber.Plain(value);

    private static string Word(PropertyChange change) => change.Effect switch
    {
        ChangeEffect.Better => "better",
        ChangeEffect.Worse => "worse",
        _ => change.Noise is null ? "" : "within noise",
    };

    private static IReadOnlyList<ReportCell> Row(PlanDiff diff, PropertyChange change)
    {
        var difference = change.Difference is { } value ? Signed(value) : "";
        var percent = change.Percent is { } share ? $" ({Percent(share)})" : "";
        return
        [
            Title(diff, change.Property),
            Value(change, change.After) with { Before = Value(change, change.Before).Text, Detail = Unit(change.Property) },
            new(difference + percent) { Detail = change.Noise is { } noise ? $" {MetricWords.Noise(noise, diff.Before.Metric.Examples ?? diff.After.Metric.Examples)}" : "", Tone = Tone(change.Effect) },
            new(Word(change)) { Tone = Tone(change.Effect) },
        ];
    }

    private static IReadOnlyList<ReportCell> Same(PlanDiff diff, string property) =>
    [
        Title(diff, property),
        new(CostOf(property) is { } kind ? Invariant($"{diff.After.Totals.Costs[kind]:#,0}") : PlanNumber.Metric(diff.After.Metric.Compressed)) { Detail = Unit(property) },
        ReportCell.Empty,
        Unchanged(diff, property),
    ];

    // A cost that one of the plans alone tells is not compared.
    private static ReportCell Unchanged(PlanDiff diff, string property) =>
        CostOf(property) is { } kind && !diff.Kinds.Contains(kind) ? new("not compared") { Tone = CellTone.Quiet } : new("same") { Tone = CellTone.Quiet };

    private static ReportCell Title(PlanDiff diff, string property) => property switch
    {
        "metric.compressed" => ReportCell.Name(diff.After.Metric.Name) with { Detail = MetricWords.Sense(diff.After.Metric.LowerIsBetter) },
        "metric.fullPrecision" => ReportCell.Name(diff.After.Metric.Name) with { Detail = " at full precision" },
        "metric.name" => new("metric"),
        "metric.lowerIsBetter" => new("lower is better"),
        "furtherMetrics" => new("further metrics"),
        _ when FurtherOf(diff, property) is { } further => ReportCell.Name(further.Metric.Name) with { Detail = further.Property switch
        {
            "compressed" => MetricWords.Sense(further.Metric.LowerIsBetter),
            "fullPrecision" => " at full precision",
            _ => " lower is better",
        } },
        "metric.baseline" => new("full precision"),
        "metric.examples" => new("test examples"),
        "totals.macs" => new("MACs"),
        "rest" => new("left alone"),
        "rest.parameters" => new("parameters left alone"),
        "rest.macs" => new("MACs left alone"),
        _ when CostOf(property) is { } kind => new(kind.Title),
        _ when FullPrecisionOf(property) is { } kind => new(kind.Title + " at full precision"),
        _ => new(property),
    };

    private static (PlanMetric Metric, string Property)? FurtherOf(PlanDiff diff, string property)
    {
        var end = property.LastIndexOf('.');
        return end > Further.Length && property.StartsWith(Further, StringComparison.Ordinal)
            && diff.After.FurtherMetrics.FirstOrDefault(metric => metric.Name == property.Substring(Further.Length, end - Further.Length)) is { } found
                ? (found, property.Substring(end + 1))
                : null;
    }

    private static string Unit(string property) => (CostOf(property) ?? FullPrecisionOf(property))?.Unit ?? "";

    private static CostKind? CostOf(string property) => CostKind.All.FirstOrDefault(kind => property == "totals." + kind.Property);

    private static CostKind? FullPrecisionOf(string property) => CostKind.All.FirstOrDefault(kind => property == "totals." + kind.FullPrecisionProperty);

    private static ReportCell Value(PropertyChange change, string value) =>
        change.Difference is null ? ReportCell.Name(value)
        : long.TryParse(value, out var number) ? new(Invariant($"{number:#,0}"))
        : new(value);
}
