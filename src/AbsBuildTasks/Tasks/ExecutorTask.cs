using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tasks;

/// <summary>What a task is told of where searches run.</summary>
public abstract class ExecutorTask : FingerprintTask
{
    /// <summary>Who starts the processes that search: <c>local</c>, <c>launch</c>, <c>slurm</c> or <c>command</c>.</summary>
    public string Executor { get; set; } = "local";

    /// <summary>The command in front of a search's own, for <c>launch</c>.</summary>
    public string ExecutorCommand { get; set; } = "";

    /// <summary>Options for <c>sbatch</c>, for <c>slurm</c>.</summary>
    public string ExecutorOptions { get; set; } = "";

    /// <summary>The command that gives a job to a queue, for <c>command</c>, as the next two.</summary>
    public string ExecutorSubmit { get; set; } = "";

    /// <summary>The command that asks after a job.</summary>
    public string ExecutorStatus { get; set; } = "";

    /// <summary>The command that takes a job back.</summary>
    public string ExecutorCancel { get; set; } = "";

    /// <summary>What becomes of a job where the build is cancelled, for queues: <c>cancel</c> or <c>detach</c>; empty for the former.</summary>
    public string ExecutorOnCancel { get; set; } = "";

    /// <summary>How many searches run at once; empty for one, or 16 in a queue.</summary>
    public string ExecutorParallel { get; set; } = "";

    /// <summary>Where searches run.</summary>
    /// <exception cref="Plans.Errors.AbsException">As <see cref="Workers.Executor.Read"/> has it.</exception>
    private protected Executor ReadExecutor() => Workers.Executor.Read(
        new()
        {
            Executor = Executor,
            Command = ExecutorCommand,
            Options = ExecutorOptions,
            Submit = ExecutorSubmit,
            Status = ExecutorStatus,
            Cancel = ExecutorCancel,
            OnCancel = ExecutorOnCancel,
            Parallel = ExecutorParallel,
        },
        Environment.GetEnvironmentVariable);
}
