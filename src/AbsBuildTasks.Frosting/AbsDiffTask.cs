using AbsBuildTasks.Cake.Diffs;
using Cake.Core.IO;
using Cake.Frosting;

namespace AbsBuildTasks.Frosting;

/// <summary>Shows what changed in the context's snapshots since the main branch or another git reference, by the <c>abs</c> command line. A difference is no failure.</summary>
/// <example>
/// <code>
/// [TaskName("Review")]
/// [IsDependentOn(typeof(AbsDiffTask))]
/// public sealed class ReviewTask : FrostingTask&lt;BuildContext&gt;;
/// </code>
/// </example>
[TaskName("AbsDiff")]
[TaskDescription("Shows what changed in compression plans since a git reference.")]
public sealed class AbsDiffTask : FrostingTask<IAbsContext>
{
    /// <summary>Runs the comparisons; stops at the first that fails.</summary>
    /// <param name="context">The build's context.</param>
    /// <exception cref="global::Cake.Core.CakeException">The context names no plan, the command is not to be found, or it failed.</exception>
    public override void Run(IAbsContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var runner = new AbsDiffRunner(context.FileSystem, context.Environment, context.ProcessRunner, context.Tools, context.Log);
        foreach (FilePath plan in Named.All(context.DiffPlans, nameof(context.DiffPlans)))
        {
            runner.Run(plan, null, context.DiffSettings);
        }
    }
}
