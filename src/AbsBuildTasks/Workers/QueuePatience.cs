namespace AbsBuildTasks.Workers;

/// <summary>How long a build waits for a queue and its jobs.</summary>
internal sealed record QueuePatience
{
    /// <summary>Between two looks at the job's files.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Before the queue is first asked after the job; later it takes longer and longer.</summary>
    public TimeSpan FirstPoll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time between two such questions: many builds may ask one controller.</summary>
    public TimeSpan LastPoll { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For the last lines of a job that has ended: a network file system shows them late.</summary>
    public TimeSpan LastLines { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For the end of a job whose work is done, or that was taken back.</summary>
    public TimeSpan End { get; init; } = TimeSpan.FromSeconds(10);
}
