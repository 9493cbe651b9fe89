using AbsBuildTasks.Cake.Targets;
using Cake.Frosting;

namespace AbsBuildTasks.Frosting;

/// <summary>Builds the model projects and compares their plans with the committed snapshots.</summary>
/// <example>
/// <code>
/// [TaskName("Plans")]
/// [IsDependentOn(typeof(AbsVerifyPlansTask))]
/// public sealed class PlansTask : FrostingTask&lt;BuildContext&gt;;
/// </code>
/// </example>
[TaskName("AbsVerifyPlans")]
[TaskDescription("Compares compression plans with their snapshots.")]
public sealed class AbsVerifyPlansTask : AbsTargetTask
{
    /// <inheritdoc/>
    protected override AbsTargetSettings Settings(IAbsContext context) => context.VerifySettings;
}
