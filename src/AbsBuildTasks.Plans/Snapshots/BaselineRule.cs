using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>How far plans may drift, over many accepted changes, from a release.</summary>
/// <param name="Plan">The release's plan.</param>
/// <param name="Reference">What the release is, for a reader: <c>v1.2, 0123abcd</c>.</param>
/// <param name="Tolerances">How much worse a plan may be.</param>
/// <param name="ToleranceText">The same as the user wrote it.</param>
/// <param name="Fails">Whether a plan beyond that is refused; otherwise the build warns.</param>
internal sealed record BaselineRule(CompressionPlan Plan, string Reference, SnapshotTolerances Tolerances, string ToleranceText, bool Fails)
{
    private const string Policy = "drift";

    private string Limits => ToleranceText.Length > 0 ? $"metric and costs may be worse by {ToleranceText}" : "nothing may be worse, the metric by more than its noise";

    /// <summary>Judges a plan.</summary>
    /// <param name="plan">The plan.</param>
    public VerdictRule Judge(CompressionPlan plan) => new(Reference, Policy, Limits, [.. SnapshotComparer.Drift(Plan, plan, Tolerances).Select(violation => violation.Message)]);

    /// <summary>A verdict with what this rule says of the plan; one that is beyond a rule which fails is refused.</summary>
    /// <param name="verdict">What the snapshot's rule says.</param>
    /// <param name="plan">The plan.</param>
    public PlanVerdict Add(PlanVerdict verdict, CompressionPlan plan)
    {
        var row = Judge(plan);
        var isRefused = Fails && row.Beyond.Count > 0;
        return verdict with
        {
            Kind = isRefused ? VerdictKind.Refused : verdict.Kind,
            Rules = [.. verdict.Rules, row],
            Remedy = isRefused && verdict.Kind != VerdictKind.Refused ? Remedy : verdict.Remedy,
        };
    }

    /// <summary>What a person can do about a plan that has drifted.</summary>
    public const string Remedy = "To accept it does not help: search a better plan, raise AbsBaselineTolerance, or set AbsBaseline to a later release.";
}
