using AbsBuildTasks.Cake.Targets;
using Cake.Frosting;

namespace AbsBuildTasks.Frosting;

/// <summary>Writes the reports of the model projects' plans.</summary>
/// <example>
/// <code>
/// [TaskName("Plans")]
/// [IsDependentOn(typeof(AbsReportTask))]
/// public sealed class PlansTask : FrostingTask&lt;BuildContext&gt;;
/// </code>
/// </example>
[TaskName("AbsReport")]
[TaskDescription("Writes reports of compression plans.")]
public sealed class AbsReportTask : AbsTargetTask
{
    /// <inheritdoc/>
    protected override AbsTargetSettings Settings(IAbsContext context) => context.ReportSettings;
}
