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
    public ReportContent ContentOf(string plan)
    {
        var content = Read(PlanPaths.RequireFile(plan), Snapshots.Of(plan));
        return content.Snapshot is { } snapshot ? content with { Reasons = FingerprintReports.Reasons(plan, snapshot, content.Plan) } : content;
    }

    /// <summary>A page of what changed: of one model all that is known, of several their changes, and of plans that wait for being accepted that they do.</summary>
    /// <param name="diff">What changed.</param>
    public string PageOf(PlanSetDiff diff)
    {
        ModelDiff[] changed = [.. diff.Models.Where(model => model.Status != ModelStatus.Unchanged)];
        var models = changed.Length > 0 ? changed : diff.Models;
        return diff.Unaccepted.Count == 0 && models is [{ After: { } after, File: { } file } model]
            ? HtmlReport.Render(Read(file, null) with { Plan = after, Snapshot = model.Before, Basis = diff.Base ?? "the plan before", Reasons = model.Reasons })
            : HtmlReport.Render(DiffReport.Of(diff));
    }

    private ReportContent Read(string plan, string? snapshot) =>
        new ReportSources(plan, snapshot, null).Read(problem => Failures.Warn(host, problem.Code, problem.Message));
}
