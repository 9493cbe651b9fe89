using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>Gathers what full reports tell, from the files beside plans.</summary>
/// <param name="host">Warned of files that reports go without.</param>
internal sealed class PageContent(CommandHost host)
{
    /// <summary>A plan with its search and its snapshot, where they are found.</summary>
    /// <param name="plan">The plan's file.</param>
    /// <exception cref="AbsException">There is no plan, or plan or snapshot is none.</exception>
    public ReportContent Of(string plan) => Read(PlanPaths.RequireFile(plan), Snapshots.Of(plan));

    /// <summary>The one model that changed, with its plan before in the snapshot's place.</summary>
    /// <param name="diff">What changed.</param>
    /// <exception cref="AbsException">ABS4013: there are several models, or it is gone.</exception>
    public ReportContent Of(PlanSetDiff diff)
    {
        ModelDiff[] changed = [.. diff.Models.Where(model => model.Status != ModelStatus.Unchanged)];
        var models = changed.Length > 0 ? changed : diff.Models;
        if (models is not [{ After: { } after, File: { } file } model])
        {
            throw new AbsException(AbsCodes.NotOneModel, FormattableString.Invariant($"A page shows one model, and {(models.Count == 1 ? "this one is gone" : $"the comparison is of {models.Count}")}; name the plan of one, or use --format markdown."));
        }

        return Read(file, null) with { Plan = after, Snapshot = model.Before, Basis = diff.Base ?? "the plan before", Reasons = model.Reasons };
    }

    private ReportContent Read(string plan, string? snapshot) =>
        new ReportSources(plan, snapshot).Read(problem => Failures.Warn(host, problem.Code, problem.Message));
}
