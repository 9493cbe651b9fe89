using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Snapshots;

namespace AbsBuildTasks.Plans.Reports;

/// <summary>What a build judges its plans by, and where.</summary>
/// <param name="Rule">The policy in force.</param>
/// <param name="Configuration">The configuration that is built.</param>
/// <param name="Commit">The commit, abbreviated; null where the build server does not tell it.</param>
internal sealed record PlanJudgement(SnapshotRule Rule, string Configuration, string? Commit)
{
    /// <summary>The policy that is kept with the plan: the model's own, which holds again where nothing is locked.</summary>
    public SnapshotRule Kept { get; init; } = Rule;

    /// <summary>How far the plan may drift from a release; null where nothing is said of that, or the release does not have the model.</summary>
    public BaselineRule? Baseline { get; init; }

    /// <summary>The verdict on a plan that was checked against its snapshot.</summary>
    /// <param name="result">What came of the check.</param>
    /// <param name="plan">The plan.</param>
    public PlanVerdict Of(SnapshotResult result, CompressionPlan plan) => Complete(SnapshotVerdict.Of(result, Rule), plan);

    /// <summary>The verdict on a snapshot against an earlier one.</summary>
    /// <param name="model">The snapshots.</param>
    public PlanVerdict OfAccepted(ModelDiff model)
    {
        // It is accepted, whatever the release says.
        var verdict = SnapshotVerdict.Accepted(model, Rule);
        var complete = Complete(verdict, model.After!);
        return complete with { Kind = verdict.Kind, Remedy = verdict.Remedy };
    }

    /// <summary>A verdict with what the release says of the plan, and where it was given.</summary>
    /// <param name="verdict">What the snapshot says.</param>
    /// <param name="plan">The plan.</param>
    public PlanVerdict Complete(PlanVerdict verdict, CompressionPlan plan) =>
        (Baseline?.Add(verdict, plan) ?? verdict) with { Configuration = Configuration, Commit = Commit };

    /// <summary>All of it in a line, alike where the judgements are.</summary>
    public string Stamp => $"{Rule.PolicyName}|{Rule.ToleranceText}|{Configuration}|{Commit}|{Baseline?.Reference}|{Baseline?.Plan.Fingerprint}|{Baseline?.ToleranceText}|{Baseline?.Fails}";
}
