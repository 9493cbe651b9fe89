using AbsBuildTasks.Plans.Diffs;
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

    /// <summary>The verdict on a plan that was checked against its snapshot.</summary>
    public PlanVerdict Of(SnapshotResult result) => Placed(SnapshotVerdict.Of(result, Rule));

    /// <summary>The verdict on a snapshot against an earlier one.</summary>
    /// <param name="model">The snapshots.</param>
    public PlanVerdict OfAccepted(ModelDiff model) => Placed(SnapshotVerdict.Accepted(model, Rule));

    private PlanVerdict Placed(PlanVerdict verdict) => verdict with { Configuration = Configuration, Commit = Commit };

    /// <summary>All of it in a line, alike where the judgements are.</summary>
    public string Stamp => $"{Rule.PolicyName}|{Rule.ToleranceText}|{Configuration}|{Commit}";
}
