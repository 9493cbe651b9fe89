using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Git;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Ci;
using AbsBuildTasks.Plans.Snapshots;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>What a build judges its plans by: the project's policy, and what models say instead.</summary>
internal sealed class PlanJudge
{
    private readonly SnapshotRule _project;
    private readonly bool _isLocked;
    private readonly string _configuration;
    private readonly string? _commit;
    private readonly string _snapshots;

    /// <summary>Reads the project's policy.</summary>
    /// <param name="policy">Its <c>AbsSnapshotPolicy</c>.</param>
    /// <param name="tolerance">Its <c>AbsSnapshotTolerance</c>.</param>
    /// <param name="isLocked">Whether decisions were taken from the snapshots.</param>
    /// <param name="configuration">The configuration that is built.</param>
    /// <param name="snapshots">The folder of the snapshots, which has the measured noise.</param>
    /// <exception cref="AbsException">ABS1005: one of them cannot be read.</exception>
    public PlanJudge(string policy, string tolerance, bool isLocked, string configuration, string snapshots)
    {
        (_project, _isLocked, _configuration, _snapshots) = (SnapshotRule.Parse(policy, tolerance), isLocked, configuration, snapshots);
        _commit = new CiEnvironment(Environment.GetEnvironmentVariable).Commit is { } commit ? GitBase.Short(commit) : null;
    }

    /// <summary>The release that plans may not drift from; null for none.</summary>
    public BaselineSource? Baseline { get; init; }

    /// <summary>What a model's plan is judged by.</summary>
    /// <param name="item">The model's item, or its plan's with the same metadata.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="plan">The plan's file, beside which its own noise may lie; null for a plan that is not judged now.</param>
    /// <exception cref="AbsException">ABS1005: the item's policy or tolerance cannot be read. ABS4003, ABS4006: the release's plan cannot be read. ABS4018: the measured noise cannot be read.</exception>
    public PlanJudgement Of(ITaskItem item, string model, string? plan = null)
    {
        var metadata = new ItemMetadata(item);
        var rule = _project.With(metadata.Text("SnapshotPolicy"), metadata.Text("Tolerance")).WithNoise(() => NoiseFile.Find(NoiseFile.PathIn(_snapshots, model), model), () => plan is null ? null : NoiseFile.TryFind(NoiseFile.PathBeside(plan, model), model));
        return new(_isLocked ? rule.Locked : rule, _configuration, _commit) { Kept = rule, Baseline = plan is null ? null : Baseline?.RuleOf(model) };
    }
}
