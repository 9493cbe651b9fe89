using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Reports;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>Writes the reports of plans: beside those in the output folder, and of others into <c>obj</c>.</summary>
/// <param name="task">Prints and warns.</param>
/// <param name="stateDirectory">The folder in <c>obj</c> that holds the project's plans.</param>
/// <param name="output">Full path of the output folder of the plans.</param>
internal sealed class PlanReports(AbsTask task, string stateDirectory, string output)
{
    private static readonly ReportForm[] All = [ReportForm.Markdown, ReportForm.Page, ReportForm.Picture];

    /// <summary>Writes those of a plan that are not current.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="plan">The plan's file in <c>obj</c>.</param>
    /// <param name="snapshot">Its snapshot's file, which may be missing; null where snapshots do not count.</param>
    /// <param name="judgement">What it is judged by; null where snapshots do not count.</param>
    /// <param name="forms">The forms.</param>
    /// <param name="isAskedFor">Whether all are written in any case, and the build says where.</param>
    /// <exception cref="AbsException">Plan or snapshot is no plan, or a folder is a link.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public void Write(string model, string plan, string? snapshot, PlanJudgement? judgement, IReadOnlyList<ReportForm> forms, bool isAskedFor)
    {
        var sources = new ReportSources(plan, snapshot, FingerprintReport.PathOf(stateDirectory, model), judgement);
        var aside = Path.Combine(stateDirectory, "reports");
        var isDelivered = IsAlike(plan, Path.Combine(output, model + ResultFile.Plan.Suffix));
        if (isDelivered && OwnFolder.FirstLink(aside) is null)
        {
            Remove(Path.Combine(aside, model));
        }

        // A plan that was refused never gets into the output folder, and so must no page that speaks of it beside the plan that is there.
        OutputFolder.RequireNoLink(isDelivered ? output : aside);
        var start = Path.Combine(isDelivered ? output : aside, model);
        var stamp = sources.Stamp();
        ReportContent? content = null;
        foreach (var form in forms.Where(form => isAskedFor || !StampedFile.IsCurrent(start + form.Ending, stamp)))
        {
            content ??= sources.Read(problem => task.LogWarning(problem.Code, problem.Message));
            StampedFile.Write(start + form.Ending, form.Render(content), stamp);
            task.Print($"abs: {model}: report written to {start + form.Ending}", isAskedFor ? MessageImportance.High : MessageImportance.Low);
        }
    }

    private static bool IsAlike(string plan, string other) => File.Exists(other) && OrdinaryFile.ReadAllBytes(plan).SequenceEqual(OrdinaryFile.ReadAllBytes(other));

    private static void Remove(string start)
    {
        foreach (var form in All.Where(form => File.Exists(start + form.Ending)))
        {
            File.Delete(start + form.Ending);
        }
    }
}
