using AbsBuildTasks.Cake.Targets;
using Cake.Frosting;

namespace AbsBuildTasks.Frosting;

/// <summary>Builds the model projects and searches their plans where none are cached, without comparing them with their snapshots.</summary>
/// <example>
/// <code>
/// [TaskName("Plans")]
/// [IsDependentOn(typeof(AbsSearchTask))]
/// public sealed class PlansTask : FrostingTask&lt;BuildContext&gt;;
/// </code>
/// </example>
[TaskName("AbsSearch")]
[TaskDescription("Searches compression plans.")]
public sealed class AbsSearchTask : AbsTargetTask
{
    /// <inheritdoc/>
    protected override AbsTargetSettings Settings(IAbsContext context) => context.SearchSettings;
}
