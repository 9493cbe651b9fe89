using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Settings.Kinds;
using AbsBuildTasks.Plans.Snapshots;
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

    /// <summary>As <see cref="AbsVerifyPlans.Policy"/>.</summary>
    public string Policy { get; set; } = "exact";

    /// <summary>As <see cref="AbsVerifyPlans.Tolerance"/>.</summary>
    public string Tolerance { get; set; } = "";

    /// <summary>As <see cref="AbsVerifyPlans.Baseline"/>.</summary>
    public string Baseline { get; set; } = "";

    /// <summary>As <see cref="AbsVerifyPlans.BaselineTolerance"/>.</summary>
    public string BaselineTolerance { get; set; } = "";

    /// <summary>As <see cref="AbsVerifyPlans.BaselineMode"/>.</summary>
    public string BaselineMode { get; set; } = "error";

    /// <summary>As <see cref="AbsVerifyPlans.IsLocked"/>.</summary>
    public bool IsLocked { get; set; }

    /// <summary>The configuration that is built.</summary>
    public string Configuration { get; set; } = "";

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
        if (IsOff(Mode) && !IsAskedFor)
        {
            return;
        }

        var reports = new PlanReports(this, StateDirectory, Path.Combine(ProjectDirectory, OutputDirectory));
        var judge = AbsVerifyPlans.IsOff(SnapshotMode) ? null : new PlanJudge(Policy, Tolerance, IsLocked, Configuration, SnapshotDirectory) { Baseline = BaselineSource.Read(Baseline, BaselineTolerance, BaselineMode, ProjectDirectory, SnapshotDirectory) };
        var written = 0;
        foreach (var model in Models)
        {
            var name = ModelName.Validate(model.ItemSpec);
            if (new ModelState(StateDirectory, name).CurrentPlanFile() is { } plan)
            {
                reports.Write(name, plan, judge is null ? null : new SnapshotPaths(SnapshotDirectory, name).Verified, judge?.Of(model, name, plan), FormsOf(Mode), IsAskedFor);
                written++;
            }
        }

        if (written == 0)
        {
            throw new AbsException(AbsCodes.NoPlanYet, "There is no plan to report; build the project first.");
        }
    }

    /// <summary>Checks an <c>AbsReportMode</c>.</summary>
    /// <exception cref="AbsException">ABS1005: no such word.</exception>
    internal static string ReadMode(string mode) => Choice.Of("AbsReportMode", mode, Html, All, Off);

    /// <summary>Whether an <c>AbsReportMode</c> lets builds write no reports.</summary>
    /// <exception cref="AbsException">ABS1005: no such word.</exception>
    internal static bool IsOff(string mode) => ReadMode(mode) == Off;

    /// <summary>The forms that an <c>AbsReportMode</c> stands for.</summary>
    /// <exception cref="AbsException">ABS1005: no such word.</exception>
    internal static IReadOnlyList<ReportForm> FormsOf(string mode) => ReadMode(mode) == All ? [.. Usual, ReportForm.Picture] : Usual;
}
