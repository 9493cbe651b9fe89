using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Layout;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>How a verdict reads, in every form alike: a word, a line for each policy, and where it was given.</summary>
internal static class VerdictWords
{
    /// <summary>The verdict in a word or three.</summary>
    public static ReportCell Word(PlanVerdict verdict) => verdict.Kind switch
    {
        VerdictKind.Accepted => new("accepted") { Tone = CellTone.Better },
        VerdictKind.Allowed => new("accepted by its policy") { Tone = CellTone.Better },
        VerdictKind.New => new("new"),
        VerdictKind.Refused => new("refused") { Tone = CellTone.Worse },
        _ => new("unchanged"),
    };

    /// <summary>What a title ends in: the verdict, and what changed.</summary>
    public static IReadOnlyList<ReportCell> Title(ModelDiff model) => model switch
    {
        { Verdict: null } => [new(DiffReport.Headline(model))],
        { Verdict: { } verdict, After: { } after } when verdict.Kind is VerdictKind.New or VerdictKind.Unchanged || model.Before is null => [Word(verdict), new(", " + Counted.Of(after.Layers.Count, "layer"))],
        _ => [Word(model.Verdict), new("; " + DiffReport.Headline(model))],
    };

    /// <summary>The verdict as a section before a plan's own.</summary>
    public static ReportSection Section(ModelDiff model) => new(
        [ReportCell.Name(model.Model), new(": "), .. Title(model)],
        model.Before is null ? [.. Lead(model), .. Place(model)] : DiffReport.Summary(model));

    /// <summary>Who or what accepts the plan, by which limits, and what to do where nothing does.</summary>
    public static IEnumerable<ReportBlock> Lead(ModelDiff model)
    {
        if (model is { AcceptedBecause: { } because, After: not null })
        {
            yield return new ReportLine([new("accepted "), ReportCell.Saying(because)]);
        }

        if (model.Verdict is not { } verdict)
        {
            yield break;
        }

        foreach (var rule in verdict.Rules)
        {
            yield return Row(rule);
        }

        if (verdict.Remedy.Length > 0)
        {
            yield return new ReportLine([new(verdict.Remedy)]);
        }
    }

    /// <summary>Commit, configuration and budget, as far as they are known.</summary>
    public static IEnumerable<ReportBlock> Place(ModelDiff model)
    {
        if (model is { Verdict: { } verdict, After: { } after })
        {
            ReportCell[] cells =
            [
                .. verdict.Commit is { } commit ? [new("commit "), ReportCell.Name(commit), new(", ")] : Array.Empty<ReportCell>(),
                .. verdict.Configuration is { Length: > 0 } configuration ? [new("configuration "), ReportCell.Name(configuration), new(", ")] : Array.Empty<ReportCell>(),
                new("budget "), ReportCell.Name(after.Budget), new(after.BudgetRemark),
                .. after.Target is { } target ? [new(", target "), ReportCell.Name(target)] : Array.Empty<ReportCell>(),
            ];
            yield return new ReportLine(cells);
        }
    }

    private static ReportBlock Row(VerdictRule rule)
    {
        var what = $"policy {rule.Policy} against {rule.Reference} ({rule.Limits})";
        return rule.Beyond.Count == 0
            ? new ReportLine([new($"within {what}")])
            : new ReportTable([new($"beyond {what}")], [.. rule.Beyond.Select(line => (IReadOnlyList<ReportCell>)[ReportCell.Saying(line)])], "value");
    }
}
