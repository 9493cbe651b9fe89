using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Git;
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

    /// <summary>Reads the project's policy.</summary>
    /// <param name="policy">Its <c>AbsSnapshotPolicy</c>.</param>
    /// <param name="tolerance">Its <c>AbsSnapshotTolerance</c>.</param>
    /// <param name="isLocked">Whether decisions were taken from the snapshots.</param>
    /// <param name="configuration">The configuration that is built.</param>
    /// <exception cref="AbsException">ABS1005: one of them cannot be read.</exception>
    public PlanJudge(string policy, string tolerance, bool isLocked, string configuration)
    {
        (_project, _isLocked, _configuration) = (SnapshotRule.Parse(policy, tolerance), isLocked, configuration);
        _commit = new CiEnvironment(Environment.GetEnvironmentVariable).Commit is { } commit ? GitBase.Short(commit) : null;
    }

    /// <summary>What a model's plan is judged by.</summary>
    /// <param name="item">The model's item, or its plan's with the same metadata.</param>
    /// <exception cref="AbsException">ABS1005: the item's policy or tolerance cannot be read.</exception>
    public PlanJudgement Of(ITaskItem item)
    {
        var metadata = new ItemMetadata(item);
        var rule = _project.With(metadata.Text("SnapshotPolicy"), metadata.Text("Tolerance"));
        return new(_isLocked ? rule.Locked : rule, _configuration, _commit) { Kept = rule };
    }
}
