using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Settings.Kinds;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Reports;
using AbsBuildTasks.State;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>Writes reports of the plans that the last build found, where their sources have changed.</summary>
public sealed class AbsReport : AbsTask
{
    private const string Html = "html";
    private const string All = "all";
    private const string Off = "off";

    private static readonly ReportForm[] Usual = [ReportForm.Markdown, ReportForm.Page];

    /// <summary>The project's <c>AbsModel</c> items.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>The folder in <c>obj</c> that holds the project's plans.</summary>
    [Required]
    public string StateDirectory { get; set; } = "";

    /// <summary>The folder of the snapshots.</summary>
    [Required]
    public string SnapshotDirectory { get; set; } = "";

    /// <summary>As <see cref="AbsVerifyPlans.Mode"/>; where it is <c>off</c>, reports compare with no snapshot either.</summary>
    public string SnapshotMode { get; set; } = "verify";

    /// <summary>The output folder of the plans, which gets the reports of those that lie there.</summary>
    [Required]
    public string OutputDirectory { get; set; } = "";

    /// <summary><c>html</c> (a page, and Markdown), <c>all</c> (the charts as a picture of their own, too) or <c>off</c>.</summary>
    public string Mode { get; set; } = Html;

    /// <summary>Whether the reports were asked for: then they are written in any case, and the build says where.</summary>
    public bool IsAskedFor { get; set; }

    /// <inheritdoc />
    protected override void Run()
    {
        var mode = ReadMode(Mode);
        if (mode == Off && !IsAskedFor)
        {
            return;
        }

        var written = 0;
        foreach (var model in Models)
        {
            var name = ModelName.Validate(model.ItemSpec);
            if (new ModelState(StateDirectory, name).CurrentPlanFile() is { } plan)
            {
                Report(name, plan, AbsVerifyPlans.IsOff(SnapshotMode) ? null : new SnapshotPaths(SnapshotDirectory, name).Verified, mode == All ? [.. Usual, ReportForm.Picture] : Usual);
                written++;
            }
        }

        if (written == 0)
        {
            throw new AbsException(AbsCodes.NoPlanYet, "There is no plan to report; build the project first.");
        }
    }

    private static bool IsAlike(string plan, string other) => File.Exists(other) && OrdinaryFile.ReadAllBytes(plan).SequenceEqual(OrdinaryFile.ReadAllBytes(other));

    private static void RemoveReports(string start)
    {
        foreach (var form in new[] { ReportForm.Markdown, ReportForm.Page, ReportForm.Picture }.Where(form => File.Exists(start + form.Ending)))
        {
            File.Delete(start + form.Ending);
        }
    }

    /// <summary>Checks an <c>AbsReportMode</c>.</summary>
    /// <exception cref="AbsException">ABS1005: no such word.</exception>
    internal static string ReadMode(string mode) => Choice.Of("AbsReportMode", mode, Html, All, Off);

    private void Report(string model, string plan, string? snapshot, IReadOnlyList<ReportForm> forms)
    {
        var sources = new ReportSources(plan, snapshot, FingerprintReport.PathOf(StateDirectory, model));
        var output = Path.Combine(ProjectDirectory, OutputDirectory);
        var aside = Path.Combine(StateDirectory, "reports");
        var isDelivered = IsAlike(plan, Path.Combine(output, model + ResultFile.Plan.Suffix));
        if (isDelivered && OwnFolder.FirstLink(aside) is null)
        {
            RemoveReports(Path.Combine(aside, model));
        }

        // A plan that was refused never gets into the output folder, and so must no page that speaks of it beside the plan that is there.
        OutputFolder.RequireNoLink(isDelivered ? output : aside);
        var start = Path.Combine(isDelivered ? output : aside, model);
        var stamp = sources.Stamp();
        ReportContent? content = null;
        foreach (var form in forms.Where(form => IsAskedFor || !StampedFile.IsCurrent(start + form.Ending, stamp)))
        {
            content ??= sources.Read(problem => LogWarning(problem.Code, problem.Message));
            StampedFile.Write(start + form.Ending, form.Render(content), stamp);
            Print($"abs: {model}: report written to {start + form.Ending}", IsAskedFor ? MessageImportance.High : MessageImportance.Low);
        }
    }
}
