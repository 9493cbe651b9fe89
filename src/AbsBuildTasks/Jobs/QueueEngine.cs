using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Jobs;

/// <summary>A kind of queue: how a job gets into it, what becomes of the job, and how it is taken back. Each kind is one of these, and no other code knows of it.</summary>
internal sealed record QueueEngine
{
    /// <summary>The file of the job, which any POSIX shell runs.</summary>
    public const string ScriptPlace = "script";

    /// <summary>What the build calls the job: letters, digits, dots and dashes, and no other's name in this queue.</summary>
    public const string NamePlace = "name";

    /// <summary>Full path of the job's folder.</summary>
    public const string FolderPlace = "folder";

    /// <summary>What the queue calls the job.</summary>
    public const string JobPlace = "job";

    // A controller that is busy may take a minute, and a job that is there without anybody knowing is worse than waiting.
    private static readonly TimeSpan SubmitLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(1);

    /// <summary>Its kind, such as <c>slurm</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Which queue of that kind it is, as the same number means another job in another queue.</summary>
    public required string Queue { get; init; }

    /// <summary>Gives a job to it.</summary>
    public required CommandTemplate Submit { get; init; }

    /// <summary>Asks after a job.</summary>
    public required CommandTemplate Status { get; init; }

    /// <summary>Takes a job back.</summary>
    public required CommandTemplate Cancel { get; init; }

    /// <summary>What the queue calls the job, by what submitting printed; null where that does not say.</summary>
    public required Func<string, string?> ReadId { get; init; }

    /// <summary>What an answer says of the job with a number and a name.</summary>
    public required Func<ToolOutput, string, string, JobStatus> ReadStatus { get; init; }

    /// <summary>Gives a job to the queue.</summary>
    /// <param name="script">Full path of the job's file.</param>
    /// <param name="folder">Full path of the job's folder.</param>
    /// <param name="name">What it is to be called.</param>
    /// <returns>What the queue calls it.</returns>
    /// <exception cref="AbsException">ABS3012: the queue refused it.</exception>
    public string Give(string script, string folder, string name)
    {
        var output = Tool.Run(Submit.Program, Submit.Filled(new Dictionary<string, string> { [ScriptPlace] = script, [FolderPlace] = folder, [NamePlace] = name }), SubmitLimit);
        return output.ExitCode == 0
            ? ReadId(output.Output) ?? name
            : throw new AbsException(AbsCodes.JobRefused, $"The queue did not take the job: '{Submit.Name}' says: {output.Words}");
    }

    /// <summary>Asks after a job.</summary>
    public JobStatus Ask(string id, string name) => ReadStatus(Tool.Run(Status.Program, Status.Filled(Known(id, name)), AnswerLimit), id, name);

    /// <summary>Takes a job back.</summary>
    /// <returns>Why that cannot be; null where the queue took it.</returns>
    public string? TakeBack(string id, string name) => Tool.Run(Cancel.Program, Cancel.Filled(Known(id, name)), AnswerLimit) is { ExitCode: not 0 } output ? output.Words : null;

    private static Dictionary<string, string> Known(string id, string name) => new() { [JobPlace] = id, [NamePlace] = name };
}
