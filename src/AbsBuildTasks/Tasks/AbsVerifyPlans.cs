using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Ci;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Settings.Kinds;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Text;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>Compares plans with the committed snapshots; a plan that its policy does not allow is an error.</summary>
public sealed class AbsVerifyPlans : AbsTask
{
    private const string Verify = "verify";
    private const string Compare = "compare";
    private const string Accept = "accept";
    private const string Off = "off";
    private const string Auto = "auto";
    private const int ShownReason = 200;
    private const string SameInputs = " The inputs are those of the snapshot, so another processor, other threads or another device settled close choices differently; SnapshotPolicy=noise lets that pass.";

    /// <summary>Plan files; each may carry <c>SnapshotPolicy</c> and <c>Tolerance</c> of its own.</summary>
    [Required]
    public ITaskItem[] Plans { get; set; } = [];

    /// <summary>The project's <c>AbsModel</c> items; none in a project that may have had some.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>The folder of the snapshots.</summary>
    [Required]
    public string SnapshotDirectory { get; set; } = "";

    /// <summary><c>verify</c>, <c>compare</c> (writes no file), <c>accept</c> or <c>off</c>.</summary>
    public string Mode { get; set; } = Verify;

    /// <summary><c>exact</c>, <c>no-regression</c> or <c>noise</c>.</summary>
    public string Policy { get; set; } = "exact";

    /// <summary>How far plans may regress under <c>no-regression</c>.</summary>
    public string Tolerance { get; set; } = "";

    /// <summary>A release that plans may not drift from: a folder, or a commit that git has; empty for none.</summary>
    public string Baseline { get; set; } = "";

    /// <summary>How much worse than the release plans may be.</summary>
    public string BaselineTolerance { get; set; } = "";

    /// <summary><c>error</c> or <c>warn</c>: what a plan that has drifted further is.</summary>
    public string BaselineMode { get; set; } = "error";

    /// <summary>Whether the plans' decisions were taken from the snapshots, so that only what training under them gives can differ.</summary>
    public bool IsLocked { get; set; }

    /// <summary><c>auto</c> or <c>off</c>: whether changes are summed up where a build server shows it.</summary>
    public string Summary { get; set; } = Auto;

    /// <summary>The folder in <c>obj</c> that holds the project's plans.</summary>
    [Required]
    public string StateDirectory { get; set; } = "";

    /// <summary>The configuration that is built, for the command that accepts.</summary>
    public string Configuration { get; set; } = "";

    /// <summary>The output folder of the plans, beside which refused ones get no report.</summary>
    public string OutputDirectory { get; set; } = "";

    /// <summary>As <see cref="AbsReport.Mode"/>: which reports a refused plan gets.</summary>
    public string ReportMode { get; set; } = "off";

    /// <summary>The folder that the build was started in, for the same.</summary>
    public string StartDirectory { get; set; } = "";

    /// <inheritdoc />
    protected override void Run()
    {
        var mode = ReadMode(Mode);
        if (IsOff(mode))
        {
            return;
        }

        var judge = new PlanJudge(Policy, Tolerance, IsLocked, Configuration, SnapshotDirectory) { Baseline = BaselineSource.Read(Baseline, BaselineTolerance, BaselineMode, ProjectDirectory, SnapshotDirectory) };
        var summary = IsSummedUp(Summary) ? new PlanSummary(this, StateDirectory) : null;
        var verifier = new SnapshotVerifier(SnapshotDirectory);
        foreach (var item in Plans)
        {
            try
            {
                Check(item, judge.Of(item, ModelOf(item), item.ItemSpec), verifier, mode, summary);
            }
            catch (AbsException exception)
            {
                // The other models' plans are looked at all the same.
                LogError(exception);
                if (exception.Place is { } place)
                {
                    summary?.Annotate(ModelOf(item), new(exception.Code, place.File, place.Line, place.Column, exception.Detail));
                }
            }
        }

        WarnOfOrphans(verifier);
    }

    /// <summary>Checks an <c>AbsSnapshotMode</c>.</summary>
    /// <exception cref="AbsException">ABS1005: no such word.</exception>
    internal static string ReadMode(string mode) => Choice.Of("AbsSnapshotMode", mode, Verify, Compare, Accept, Off);

    /// <summary>Whether an <c>AbsSnapshotMode</c> lets nothing look at snapshots.</summary>
    /// <exception cref="AbsException">ABS1005: no such word.</exception>
    internal static bool IsOff(string mode) => ReadMode(mode) == Off;

    /// <summary>Reads an <c>AbsSummary</c>.</summary>
    /// <exception cref="AbsException">ABS1005: no such word.</exception>
    internal static bool IsSummedUp(string summary) => Choice.Of("AbsSummary", summary, Auto, Off) == Auto;

    private static string ModelOf(ITaskItem item) => Path.GetFileName(item.ItemSpec) is var name && name.EndsWith(ResultFile.Plan.Suffix, StringComparison.Ordinal)
        ? name.Substring(0, name.Length - ResultFile.Plan.Suffix.Length)
        : name;

    private void Check(ITaskItem item, PlanJudgement judgement, SnapshotVerifier verifier, string mode, PlanSummary? summary)
    {
        var (file, rule) = (item.ItemSpec, judgement.Rule);
        var plan = PlanFile.Read(file).Plan;
        var inputs = SnapshotInputs.Of(plan, SnapshotInputs.EntriesOf(file, plan), Configuration, judgement.Kept);
        if (mode == Accept)
        {
            AcceptChange(plan, file, inputs, verifier, judgement, summary);
            return;
        }

        var result = mode == Compare ? verifier.Compare(plan, rule.Policy, rule.Tolerances) : verifier.Verify(plan, rule.Policy, rule.Tolerances, inputs);
        var verdict = judgement.Of(result, plan);
        summary?.Publish(plan, result, verdict, file);
        var drift = DriftOf(plan, judgement.Baseline);
        if (result.Outcome != SnapshotOutcome.Passed || (drift is not null && judgement.Baseline!.Fails))
        {
            PrintDiff(result, verdict);
            WriteReports(plan.Model, file, result.Paths.Verified, judgement);
        }

        var problem = result.Outcome == SnapshotOutcome.Passed ? null : ProblemOf(plan, result, mode, rule.Policy);
        if (problem is not null)
        {
            LogError(problem.Code, problem.File, problem.Message, problem.Line, problem.Column);
        }

        LogDrift(drift, judgement.Baseline);
        problem ??= drift;

        summary?.Annotate(plan.Model, problem);
        WarnOfExpiry(result);
        if (rule.LacksNoise && result.Diff is not null)
        {
            LogWarning(AbsCodes.NoiseUnknown, $"The policy noise has nothing to go by: there is no {NoiseFile.PathIn(SnapshotDirectory, plan.Model)}, and it is as no-regression; measure the noise with: {Command("AbsCalibrate")}, and commit that file.");
        }
    }

    /// <summary>The build ends here, and its server may keep the page.</summary>
    private void WriteReports(string model, string plan, string snapshot, PlanJudgement judgement)
    {
        if (AbsReport.IsOff(ReportMode))
        {
            return;
        }

        try
        {
            new PlanReports(this, StateDirectory, Path.Combine(ProjectDirectory, OutputDirectory)).Write(model, plan, snapshot, judgement, AbsReport.FormsOf(ReportMode), isAskedFor: true);
        }
        catch (AbsException exception)
        {
            LogWarning(exception.Code, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogWarning(AbsCodes.FileAccess, $"The report of '{model}' cannot be written: {exception.Message}");
        }
    }

    private void WarnOfExpiry(SnapshotResult result)
    {
        var file = AcceptanceFile.PathOf(result.Paths.Verified);
        if (result.Diff is { } diff && AcceptanceFile.For(file, diff.Before) is { } reason && reason.IsExpired(DateTime.Today))
        {
            LogWarning(AbsCodes.AcceptanceExpired, $"The snapshot of '{diff.Model}' was accepted until {reason.Until} ({Printable.Shorten(reason.Reason, ShownReason)}); search a better plan, or accept it anew with a reason (AbsAcceptReason).", file);
        }
    }

    private void AcceptChange(CompressionPlan plan, string file, SnapshotInputs? inputs, SnapshotVerifier verifier, PlanJudgement judgement, PlanSummary? summary)
    {
        var isNew = true;
        try
        {
            var result = verifier.Compare(plan, SnapshotPolicy.Exact, SnapshotTolerances.None);
            isNew = result.Diff?.Before != plan;
            var verdict = judgement.OfAccepted(new(result.Diff?.Before, plan));
            summary?.Publish(plan, result, verdict, file);
            if (result.Outcome != SnapshotOutcome.Passed)
            {
                PrintDiff(result, verdict);
            }
        }
        catch (AbsException exception) when (exception.Code == AbsCodes.InvalidPlan)
        {
            // A snapshot that is no plan is replaced, too.
            Print($"abs: {plan.Model}: {exception.Message}");
        }

        LogDrift(DriftOf(plan, judgement.Baseline), judgement.Baseline);
        verifier.Accept(plan, inputs);
        NoiseFile.Keep(file, plan, SnapshotDirectory);
        if (isNew)
        {
            Print($"abs: {plan.Model}: accepted as {new SnapshotPaths(SnapshotDirectory, plan.Model).Verified}");
        }
    }

    private void PrintDiff(SnapshotResult result, PlanVerdict verdict)
    {
        if (result.Diff is { } diff)
        {
            // What to do about it stands in the error that follows.
            PrintLines(ReportText.Write(DiffReport.Of(new ModelDiff(diff.Before, diff.After) { Verdict = verdict with { Remedy = "" } })));
        }
    }

    private CiProblem? DriftOf(CompressionPlan plan, BaselineRule? baseline) => baseline?.Judge(plan).Beyond is { Count: > 0 } beyond
        ? new(AbsCodes.BaselineDrift, ProjectFile, 0, 0, $"Plan '{plan.Model}' has drifted from {baseline.Reference}: {string.Join(", ", beyond)}. {BaselineRule.Remedy}")
        : null;

    private void LogDrift(CiProblem? drift, BaselineRule? baseline)
    {
        if (drift is null)
        {
            return;
        }

        if (baseline!.Fails)
        {
            LogError(drift.Code, drift.File, drift.Message);
        }
        else
        {
            LogWarning(drift.Code, drift.Message);
        }
    }

    private CiProblem ProblemOf(CompressionPlan plan, SnapshotResult result, string mode, SnapshotPolicy policy)
    {
        var model = plan.Model;
        var accept = Command("AbsAcceptPlans");
        if (result.Outcome == SnapshotOutcome.Missing)
        {
            var received = mode == Compare ? "" : $" (this one is {result.Paths.Received})";
            return new(AbsCodes.SnapshotMissing, ProjectFile, 0, 0, $"Plan '{model}' has no snapshot yet{received}; look at it with: {Command("AbsReport")}, accept it with: {accept}, and commit {result.Paths.Verified}.");
        }

        var more = result.Violations.Count - result.Leading.Count;
        var why = policy == SnapshotPolicy.Exact && result.Diff?.Before.Fingerprint == plan.Fingerprint ? SameInputs : "";
        var others = more == 0 ? "" : FormattableString.Invariant($" (and {more} more)");
        return new(
            AbsCodes.SnapshotMismatch,
            result.Paths.Verified,
            result.Position!.Value.Line,
            result.Position.Value.Column,
            $"Plan '{model}' differs from its snapshot: {string.Join(", ", result.Leading.Select(violation => violation.Message))}{others}; if that is wanted, accept it with: {accept}.{why}");
    }

    private string Command(string target) => TargetCommand.Of(ProjectFile, StartDirectory, Configuration, target);

    // Other projects may keep their snapshots in the same folder, unless it is below this one's own.
    private bool HasOwnFolder() =>
        Path.GetFullPath(Path.Combine(ProjectDirectory, SnapshotDirectory)).StartsWith(Path.GetFullPath(ProjectDirectory) + Path.DirectorySeparatorChar, StringComparison.OrdinalIgnoreCase)
        && Directory.GetFiles(ProjectDirectory, "*.*proj").Length == 1;

    private void WarnOfOrphans(SnapshotVerifier verifier)
    {
        foreach (var file in HasOwnFolder() ? verifier.Orphans(Models.Select(model => model.ItemSpec)) : [])
        {
            var name = Path.GetFileName(file);
            var model = Printable.Escape(name.Substring(0, name.IndexOf(".plan.", StringComparison.OrdinalIgnoreCase)));
            LogWarning(AbsCodes.SnapshotOrphaned, $"No AbsModel item is named '{model}', whose snapshot this is; delete the file, or add the model again.", file);
        }
    }
}
