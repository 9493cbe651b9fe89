using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>Says what changed between plans, as a report that can be written in several forms.</summary>
internal static class DiffReport
{
    /// <summary>One model's changes.</summary>
    public static Report Of(ModelDiff model) => new([Section(model, ReportCell.Name(model.Model))]);

    /// <summary>Several models' changes, summed up first where there are several.</summary>
    public static Report Of(PlanSetDiff diff)
    {
        ModelDiff[] shown = [.. diff.Models.Where(model => !model.IsSettled)];
        return new([Lead(diff, shown), .. diff.Unaccepted.Concat(shown).Select(model => Section(model, ReportCell.Name(model.Model)))]);
    }

    /// <summary>One model's changes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="title">What the section's title begins with.</param>
    internal static ReportSection Section(ModelDiff model, params IReadOnlyList<ReportCell> title) =>
        new([.. title, new(": "), .. VerdictWords.Title(model)], Blocks(model));

    /// <summary>What became of a model, in a few words.</summary>
    internal static string Headline(ModelDiff model) => model switch
    {
        { After: null } => "the model is gone",
        { Before: null, After: { } after } => $"a new model, {Counted.Of(after.Layers.Count, "layer")}",
        { IsSettled: true, Changes: { } same } => $"no change, {Counted.Of(same.UnchangedLayers, "layer")}",
        _ => Headline(model.Changes!),
    };

    /// <summary>What there is to say of a model's changes: the verdict and the reasons before the layers, which may be many.</summary>
    internal static IReadOnlyList<ReportBlock> Blocks(ModelDiff model) => [.. Summary(model), .. Details(model)];

    /// <summary>The verdict, what it does to the whole network, where it was given, and why the model was searched again.</summary>
    internal static IReadOnlyList<ReportBlock> Summary(ModelDiff model) => model switch
    {
        { After: null } => [],
        { Before: null, After: { } after } => [.. VerdictWords.Lead(model), PlanReport.Totals(after, model.FileAfter), .. VerdictWords.Place(model)],
        { Changes: { IsEmpty: true } } => [.. VerdictWords.Lead(model), .. VerdictWords.Place(model), .. Reasons(model)],
        _ => [.. VerdictWords.Lead(model), DiffTotals.Of(model.Changes!, model.FileBefore, model.FileAfter), .. Delivered(model), .. VerdictWords.Place(model), .. Reasons(model)],
    };

    /// <summary>What changed layer by layer; of a new model its layers.</summary>
    internal static IReadOnlyList<ReportBlock> Details(ModelDiff model) => model switch
    {
        { After: null } or { Changes: { IsEmpty: true } } => [],
        { Before: null, After: { } after } => PlanReport.Tables(after),
        _ => [.. Layers(model.Changes!, model.CloseCalls)],
    };

    // What has nothing to be compared with.
    private static IEnumerable<ReportBlock> Delivered(ModelDiff model)
    {
        if (model is { FileBefore: null, FileAfter: { } file })
        {
            yield return DeliveredRows.Line(file);
        }
    }

    private static IEnumerable<ReportBlock> Reasons(ModelDiff model)
    {
        if (model.Reasons.Count > 0)
        {
            yield return new ReportTable(
                [new("searched again because")],
                [.. model.Reasons.Select(reason => (IReadOnlyList<ReportCell>)[ReportCell.Saying(reason)])],
                "reason") { OpenRows = 10 };
        }
    }

    private static IEnumerable<ReportBlock> Layers(PlanDiff changes, IReadOnlyCollection<string> close)
    {
        if (changes.Layers.Count > 0)
        {
            yield return DiffLayers.Of(changes, close);
        }

        if (changes.UnchangedLayers > 0)
        {
            yield return new ReportLine([new($"{Counted.Of(changes.UnchangedLayers, "layer")} unchanged") { Tone = CellTone.Quiet }]);
        }
    }

    private static ReportSection Lead(PlanSetDiff diff, ModelDiff[] shown)
    {
        var blocks = new List<ReportBlock>();
        if (diff.Base is { } basis)
        {
            blocks.Add(new ReportLine([new("compared with "), ReportCell.Saying(basis)]));
        }

        if (shown.Length > 1)
        {
            var kinds = CostKind.KnownIn([.. shown.SelectMany(model => new[] { model.Before, model.After }).OfType<CompressionPlan>().Select(plan => plan.Totals.FullPrecision)]);
            blocks.Add(new ReportTable(
                [new("model"), new("verdict"), new("layers"), new("metric"), .. kinds.Select(kind => new ReportColumn(kind.Title, IsNumber: true))],
                [.. shown.Select(model => Summary(model, kinds))],
                "model"));
        }

        string[] unchanged = [.. diff.Models.Where(model => model.IsSettled).Select(model => model.Model)];
        if (unchanged.Length > 0 && shown.Length > 0)
        {
            blocks.Add(new ReportLine([new(Invariant($"{Counted.Of(unchanged.Length, "model")} unchanged"))]));
        }

        blocks.AddRange(diff.Unaccepted.Select(Waiting));
        var waiting = diff.Unaccepted.Count == 0 ? "" : $"; {Counted.Of(diff.Unaccepted.Count, "plan")} not accepted";
        var title = shown.Length == 0
            ? $"Compression plans: no change, {Counted.Of(diff.Models.Count, "model")}"
            : Invariant($"Compression plans: {shown.Length} of {Counted.Of(diff.Models.Count, "model")} changed");
        return new([new(title + waiting)], blocks);
    }

    private static ReportLine Waiting(ModelDiff model) => new(
    [
        ReportCell.Name(model.Model),
        new($": not accepted, {Headline(model)}"),
        .. model.File is { } file ? new[] { new ReportCell("; see "), ReportCell.Saying(file) } : [],
    ]);

    private static IReadOnlyList<ReportCell> Summary(ModelDiff model, IReadOnlyList<CostKind> kinds) => model switch
    {
        { Changes: { } changes } =>
        [
            ReportCell.Name(model.Model),
            Verdict(model),
            new(Invariant($"{changes.Layers.Count} changed, {changes.UnchangedLayers} same")),
            DiffTotals.Short(changes, "metric.compressed"),
            .. kinds.Select(kind => DiffTotals.Short(changes, "totals." + kind.Property)),
        ],
        { After: { } after } => Whole(after, Verdict(model), "new model", kinds),
        _ => Whole(model.Before!, ReportCell.Empty, "gone", kinds),
    };

    private static ReportCell Verdict(ModelDiff model) => model.Verdict is { } verdict ? VerdictWords.Word(verdict) : ReportCell.Empty;

    private static IReadOnlyList<ReportCell> Whole(CompressionPlan plan, ReportCell verdict, string what, IReadOnlyList<CostKind> kinds) =>
    [
        ReportCell.Name(plan.Model),
        verdict,
        new($"{what}, {Counted.Of(plan.Layers.Count, "layer")}") { Tone = CellTone.Strong },
        new(PlanNumber.Metric(plan.Metric.Compressed)),
        .. kinds.Select(kind => new ReportCell(kind.Short(plan.Totals.Costs[kind]))),
    ];

    private static string Headline(PlanDiff diff)
    {
        var added = diff.Layers.Count(layer => layer.Before is null);
        var removed = diff.Layers.Count(layer => layer.After is null);
        string[] parts =
        [
            .. Part(diff.Layers.Count - added - removed, "changed"),
            .. Part(added, "new"),
            .. Part(removed, "gone"),
        ];
        return parts.Length == 0 ? $"decisions as before, {Counted.Of(diff.UnchangedLayers, "layer")}" : string.Join(", ", parts);
    }

    private static IEnumerable<string> Part(int layers, string what) => layers == 0 ? [] : [$"{Counted.Of(layers, "layer")} {what}"];
}
