using AbsBuildTasks.Cake.Targets;
using Cake.Core.IO;
using Cake.Frosting;

namespace AbsBuildTasks.Frosting;

/// <summary>Runs a target of the AbsBuildTasks package on every model project of the context.</summary>
public abstract class AbsTargetTask : FrostingTask<IAbsContext>
{
    /// <summary>Runs the target; stops at the first project that fails.</summary>
    /// <param name="context">The build's context.</param>
    /// <exception cref="global::Cake.Core.CakeException">The context names no project, or a build failed; with the errors of AbsBuildTasks that it reported.</exception>
    public override void Run(IAbsContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var runner = new AbsTargetRunner(context.FileSystem, context.Environment, context.ProcessRunner, context.Tools, context.Log);
        var settings = Settings(context);
        foreach (FilePath project in Named.All(context.ModelProjects, nameof(context.ModelProjects)))
        {
            runner.Run(project, settings);
        }
    }

    /// <summary>Chooses what the target is told, and with that the target.</summary>
    /// <param name="context">The build's context.</param>
    protected abstract AbsTargetSettings Settings(IAbsContext context);
}
