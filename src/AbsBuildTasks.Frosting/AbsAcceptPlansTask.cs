using AbsBuildTasks.Cake.Targets;
using Cake.Frosting;

namespace AbsBuildTasks.Frosting;

/// <summary>Makes the plans of the model projects' last builds their snapshots.</summary>
/// <example>
/// <code>
/// [TaskName("Plans")]
/// [IsDependentOn(typeof(AbsAcceptPlansTask))]
/// public sealed class PlansTask : FrostingTask&lt;BuildContext&gt;;
/// </code>
/// </example>
[TaskName("AbsAcceptPlans")]
[TaskDescription("Accepts compression plans as snapshots.")]
public sealed class AbsAcceptPlansTask : AbsTargetTask
{
    /// <inheritdoc/>
    protected override AbsTargetSettings Settings(IAbsContext context) => context.AcceptSettings;
}
