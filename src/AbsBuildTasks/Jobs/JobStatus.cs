namespace AbsBuildTasks.Jobs;

/// <summary>What a queue says of a job.</summary>
internal enum JobPhase
{
    /// <summary>Nothing: it gave no answer. That changes nothing.</summary>
    Unknown,

    /// <summary>The job waits for a machine.</summary>
    Waiting,

    /// <summary>The job runs.</summary>
    Running,

    /// <summary>It was stopped and may be given to the queue again: a time limit, a failed machine, a more urgent job.</summary>
    Interrupted,

    /// <summary>Somebody took it back.</summary>
    Cancelled,

    /// <summary>It ended by itself.</summary>
    Ended,
}

/// <summary>A queue's answer about a job.</summary>
/// <param name="Phase">What it says.</param>
/// <param name="Words">The same in the queue's own words, or why there is no answer; one short line.</param>
/// <param name="ExitCode">The job's exit code; null where the queue does not say.</param>
internal sealed record JobStatus(JobPhase Phase, string Words, int? ExitCode = null)
{
    /// <summary>Whether the job will not run again.</summary>
    public bool IsOver => Phase is JobPhase.Interrupted or JobPhase.Cancelled or JobPhase.Ended;
}
