using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.State;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>Makes the plans that the last build found the snapshots to compare with.</summary>
public sealed class AbsAcceptPlans : AbsTask
{
    /// <summary>The project's <c>AbsModel</c> items.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>The folder in <c>obj</c> that holds the project's plans.</summary>
    [Required]
    public string StateDirectory { get; set; } = "";

    /// <summary>The folder of the snapshots.</summary>
    [Required]
    public string SnapshotDirectory { get; set; } = "";

    /// <inheritdoc />
    protected override void Run()
    {
        var accepted = 0;
        foreach (var model in Models)
        {
            if (Accept(ModelName.Validate(model.ItemSpec)) is { } plan)
            {
                accepted++;
                Print(FormattableString.Invariant($"abs: {plan.Model}: accepted the last build's plan ({plan.Budget}, {plan.Metric.Name} {plan.Metric.Compressed:0.##}) as {new SnapshotPaths(SnapshotDirectory, plan.Model).Verified}"));
            }
        }

        if (accepted == 0)
        {
            throw new AbsException(AbsCodes.NothingToAccept, "There is no plan to accept; build the project first.");
        }
    }

    private CompressionPlan? Accept(string model)
    {
        var paths = new SnapshotPaths(SnapshotDirectory, model);
        if (File.Exists(paths.Received))
        {
            return new SnapshotVerifier(SnapshotDirectory).Accept(model);
        }

        if (new ModelState(StateDirectory, model).CurrentPlanFile() is not { } file)
        {
            return null;
        }

        var plan = PlanFile.Read(file).Plan;
        PlanFile.Write(paths.Verified, plan, byteOrderMark: true);
        return plan;
    }
}
