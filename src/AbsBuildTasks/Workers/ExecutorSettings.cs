namespace AbsBuildTasks.Workers;

/// <summary>What the user says of where searches run, as the project file has it.</summary>
internal sealed record ExecutorSettings
{
    /// <summary><c>AbsExecutor</c>: the name of an <see cref="Executor"/>'s kind.</summary>
    public string Executor { get; init; } = "";

    /// <summary><c>AbsExecutorCommand</c>: the command in front of the worker's own.</summary>
    public string Command { get; init; } = "";

    /// <summary><c>AbsExecutorOptions</c>: options for <c>sbatch</c>.</summary>
    public string Options { get; init; } = "";

    /// <summary><c>AbsExecutorSubmit</c>: the command that gives a job to a queue.</summary>
    public string Submit { get; init; } = "";

    /// <summary><c>AbsExecutorStatus</c>: the command that asks after a job.</summary>
    public string Status { get; init; } = "";

    /// <summary><c>AbsExecutorCancel</c>: the command that takes a job back.</summary>
    public string Cancel { get; init; } = "";

    /// <summary><c>AbsExecutorOnCancel</c>: <c>cancel</c> or <c>detach</c>.</summary>
    public string OnCancel { get; init; } = "";

    /// <summary><c>AbsExecutorParallel</c>: how many models' searches run at once.</summary>
    public string Parallel { get; init; } = "";
}
