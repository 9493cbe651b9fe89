using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Tables;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>Gathers what full reports tell, from the files beside plans.</summary>
/// <param name="host">Warned of files that reports go without.</param>
internal sealed class PlanPages(CommandHost host)
{
    /// <summary>A plan with its search and its snapshot, where they are found.</summary>
    /// <param name="plan">The plan's file.</param>
    /// <exception cref="AbsException">There is no plan, or plan or snapshot is none.</exception>
    public ReportContent ContentOf(string plan) => WithReasons(plan, Sources(PlanPaths.RequireFile(plan), Snapshots.Of(plan)).Read(Warn));

    /// <summary>The same without how its search ran.</summary>
    /// <inheritdoc cref="ContentOf"/>
    public ReportContent PlanOf(string plan) => WithReasons(plan, Sources(PlanPaths.RequireFile(plan), Snapshots.Of(plan)).ReadPlan(Warn));

    /// <summary>A page of what changed: of one model all that is known, of several their changes, and of plans that wait for being accepted that they do.</summary>
    /// <param name="diff">What changed.</param>
    public string PageOf(PlanSetDiff diff)
    {
        ModelDiff[] changed = [.. diff.Models.Where(model => !model.IsSettled)];
        var models = changed.Length > 0 ? changed : diff.Models;
        return diff.Unaccepted.Count == 0 && models is [{ After: { } after, File: { } file } model]
            ? HtmlReport.Render(Sources(file, null).Read(Warn) with
            {
                Plan = after,
                Snapshot = model.Before,
                Basis = diff.Base ?? "the plan before",
                Reasons = model.Reasons,
                Verdict = model.Verdict,
                AcceptedBecause = model.AcceptedBecause,
                FileBefore = model.FileBefore,
            })
            : HtmlReport.Render(DiffReport.Of(diff));
    }

    private static ReportContent WithReasons(string plan, ReportContent content) => content is { Snapshot: { } snapshot, Reasons.Count: 0 }
        ? content with { Reasons = FingerprintReports.Reasons(plan, snapshot, content.Plan) }
        : content;

    private static ReportSources Sources(string plan, string? snapshot) => new(plan, snapshot, null);

    private void Warn(AbsException problem) => Failures.Warn(host, problem.Code, problem.Message);
}
