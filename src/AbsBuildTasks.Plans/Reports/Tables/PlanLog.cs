using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Sweeps;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>The history of a model's snapshot: what each commit made of it.</summary>
/// <param name="Model">The model, or its folder and the model where several have its name.</param>
/// <param name="Versions">The latest first; one at least.</param>
/// <param name="IsCut">Whether there may be earlier ones: more than were asked for, or the repository does not have them.</param>
internal sealed record PlanLog(string Model, IReadOnlyList<PlanVersion> Versions, bool IsCut)
{
    private const int HashLength = 8;

    /// <summary>Versions with a plan, the earliest first.</summary>
    public IReadOnlyList<PlanVersion> Readable => [.. Versions.Where(version => version.Plan is not null).Reverse()];

    /// <summary>The costs that any of the versions tells.</summary>
    public IReadOnlyList<CostKind> Kinds => CostKind.KnownIn([.. Readable.Select(version => version.Plan!.Totals.FullPrecision)]);

    /// <summary>Further metrics of any of the versions, by their names, those of the latest first.</summary>
    public IReadOnlyList<string> FurtherMetrics => [.. Further.Select(metric => metric.Name)];

    // Each as the latest version has it.
    private IEnumerable<PlanMetric> Further => Versions.Where(version => version.Plan is not null).SelectMany(version => version.Plan!.FurtherMetrics).GroupBy(metric => metric.Name, StringComparer.Ordinal).Select(same => same.First());

    /// <summary>The histories of several models.</summary>
    public static Report Report(IReadOnlyList<PlanLog> logs) => new([.. logs.Select(log => log.Section())]);

    /// <summary>A table with a row for each version; what is better or worse is so against the version before.</summary>
    public ReportSection Section()
    {
        var metric = Versions.FirstOrDefault(version => version.Plan is not null)?.Plan!.Metric is { } latest ? Title(latest) : "metric";
        var table = new ReportTable(
            [
                new("commit"), new("date"), new(metric, IsNumber: true), .. Further.Select(further => new ReportColumn(Title(further), IsNumber: true)), .. Kinds.Select(kind => new ReportColumn(kind.Title, IsNumber: true)),
                new("weights"), new("activations"), new("filters"), new("layers"), new("subject"),
            ],
            [.. Versions.Select((version, index) => Row(version, Versions.Skip(index + 1).FirstOrDefault(earlier => earlier.Plan is not null)))],
            "commit") { Caption = "The snapshot's history" };
        ReportBlock[] cut = IsCut ? [new ReportLine([new("earlier commits are not shown") { Tone = CellTone.Quiet }])] : [];
        return new([ReportCell.Name(Model), new(": " + Counted.Of(Versions.Count, "version"))], [table, .. cut]);
    }

    /// <summary>A commit's hash as far as people read it.</summary>
    public static string Short(PlanVersion version) => version.Commit is { } hash ? hash.Substring(0, Math.Min(HashLength, hash.Length)) : "-";

    private static string Title(PlanMetric metric) => metric.Name + MetricWords.Sense(metric.LowerIsBetter);

    private IReadOnlyList<ReportCell> Row(PlanVersion version, PlanVersion? before)
    {
        ReportCell[] start = [new(Short(version)), new(version.Date)], end = [ReportCell.Saying(version.Subject)];
        if (version.Plan is not { } plan)
        {
            var what = version.Problem is { } problem ? ReportCell.Saying(problem) with { Tone = CellTone.Worse } : new ReportCell("removed");
            return [.. start, ReportCell.Empty, .. FurtherMetrics.Select(_ => ReportCell.Empty), .. Kinds.Select(_ => ReportCell.Empty), ReportCell.Empty, ReportCell.Empty, ReportCell.Empty, what, .. end];
        }

        var (point, changes) = (SweepPoint.Of(plan), before?.Plan is { } earlier ? PlanDiff.Between(earlier, plan) : null);
        return
        [
            .. start,
            new(Quantity.Metric(point.Metric)) { Tone = Tone("metric.compressed") },
            .. FurtherMetrics.Select(name => plan.FurtherMetrics.FirstOrDefault(metric => metric.Name == name) is { } metric
                ? new ReportCell(Quantity.Metric(metric.Compressed)) { Tone = Tone($"furtherMetrics.{name}.compressed") }
                : ReportCell.Empty),
            .. Kinds.Select(kind => plan.Totals.Kinds.Contains(kind) ? new ReportCell(SweepTable.Cost(point, kind, "0.00##")) { Tone = Tone("totals." + kind.Property) } : ReportCell.Empty),
            new(Invariant($"{point.WeightBits:0.0} bit")),
            new(Invariant($"{point.ActivationBits:0.0} bit")),
            new(Invariant($"{100 * point.KeptFilters:0}%")),
            new(changes is null ? Counted.Of(plan.Layers.Count, "layer") : changes.Layers.Count > 0 ? Invariant($"{changes.Layers.Count} changed") : "same"),
            .. end,
        ];

        CellTone Tone(string property) => DiffTotals.Tone(changes?.Changes.FirstOrDefault(change => change.Property == property)?.Effect ?? ChangeEffect.Neutral);
    }
}
