using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Snapshots;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>Compares plans with the committed snapshots; a plan that its policy does not allow is an error.</summary>
public sealed class AbsVerifyPlans : AbsTask
{
    private const string Verify = "verify";
    private const string Accept = "accept";
    private const string Off = "off";
    private const string Auto = "auto";

    /// <summary>Plan files; each may carry <c>SnapshotPolicy</c> and <c>Tolerance</c> of its own.</summary>
    [Required]
    public ITaskItem[] Plans { get; set; } = [];

    /// <summary>The folder of the snapshots.</summary>
    [Required]
    public string SnapshotDirectory { get; set; } = "";

    /// <summary><c>verify</c>, <c>accept</c> or <c>off</c>.</summary>
    public string Mode { get; set; } = Verify;

    /// <summary><c>exact</c> or <c>no-regression</c>.</summary>
    public string Policy { get; set; } = "";

    /// <summary>How far plans may regress under <c>no-regression</c>.</summary>
    public string Tolerance { get; set; } = "";

    /// <summary><c>auto</c> or <c>off</c>: whether changes are summed up where a build server shows it.</summary>
    public string Summary { get; set; } = Auto;

    /// <summary>A folder for summaries that a build server reads later.</summary>
    [Required]
    public string SummaryDirectory { get; set; } = "";

    /// <inheritdoc />
    protected override void Run()
    {
        var mode = Choice.Of("AbsSnapshotMode", Mode, Verify, Accept, Off);
        if (mode == Off)
        {
            return;
        }

        var summary = Choice.Of("AbsSummary", Summary, Auto, Off) == Auto ? new PlanSummary(this, SummaryDirectory) : null;
        var verifier = new SnapshotVerifier(SnapshotDirectory);
        foreach (var item in Plans)
        {
            var plan = PlanFile.Read(item.ItemSpec).Plan;
            var result = verifier.Verify(plan, PolicyOf(item), SnapshotTolerances.Parse(Own(item, "Tolerance") ?? Tolerance));
            summary?.Publish(plan, result);
            if (result.Outcome == SnapshotOutcome.Passed)
            {
                continue;
            }

            PrintDiff(result);
            if (mode == Accept)
            {
                verifier.Accept(plan.Model);
                Print($"abs: {plan.Model}: accepted as {result.Paths.Verified}");
            }
            else
            {
                LogFailure(plan.Model, result);
            }
        }
    }

    private static SnapshotPolicy ReadPolicy(string name, string text) =>
        Choice.Of(name, text, "exact", "no-regression") == "exact" ? SnapshotPolicy.Exact : SnapshotPolicy.NoRegression;

    private static string? Own(ITaskItem item, string name) => item.GetMetadata(name).Trim() is { Length: > 0 } text ? text : null;

    private SnapshotPolicy PolicyOf(ITaskItem item) =>
        Own(item, "SnapshotPolicy") is { } own ? ReadPolicy("SnapshotPolicy", own) : ReadPolicy("AbsSnapshotPolicy", Policy);

    private void PrintDiff(SnapshotResult result)
    {
        foreach (var line in result.Diff is { } diff ? PlanDiffText.Write(diff).Split('\n') : [])
        {
            Print(line);
        }
    }

    private void LogFailure(string model, SnapshotResult result)
    {
        var accept = $"dotnet build \"{ProjectFile}\" -t:AbsAcceptPlans";
        if (result.Outcome == SnapshotOutcome.Missing)
        {
            LogError(AbsCodes.SnapshotMissing, ProjectFile, $"Plan '{model}' has no snapshot yet; accept this one with: {accept}, and commit {result.Paths.Verified}.");
            return;
        }

        var others = result.Violations.Count == 1 ? "" : FormattableString.Invariant($" (and {result.Violations.Count - 1} more)");
        LogError(
            AbsCodes.SnapshotMismatch,
            result.Paths.Verified,
            $"Plan '{model}' differs from its snapshot: {result.Violations[0].Message}{others}; if that is wanted, accept it with: {accept}.",
            result.Position!.Value.Line,
            result.Position.Value.Column);
    }
}
