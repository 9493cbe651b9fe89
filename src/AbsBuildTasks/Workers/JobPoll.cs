using System.Diagnostics;
using AbsBuildTasks.Jobs;

namespace AbsBuildTasks.Workers;

/// <summary>Asks a queue after a job, beside whatever else goes on: a controller that is busy may take a minute to answer.</summary>
/// <param name="ask">Asks, and waits for the answer.</param>
/// <param name="patience">How often.</param>
internal sealed class JobPoll(Func<JobStatus> ask, QueuePatience patience)
{
    private const double Growth = 1.5;

    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private TimeSpan _pause = patience.FirstPoll;
    private Task<JobStatus>? _asking;

    /// <summary>The next answer.</summary>
    /// <param name="isUrgent">Whether to ask at once.</param>
    /// <returns>Null where there is none at this moment.</returns>
    public JobStatus? Next(bool isUrgent)
    {
        if (_asking is { IsCompleted: true } asked)
        {
            _asking = null;
            _sinceLast.Restart();
            return asked.GetAwaiter().GetResult();
        }

        if (_asking is null && (_sinceLast.Elapsed >= _pause || (isUrgent && _sinceLast.Elapsed >= patience.Look)))
        {
            _asking = Task.Run(ask);
            _pause = TimeSpan.FromTicks(Math.Min((long)(_pause.Ticks * Growth), patience.LastPoll.Ticks));
        }

        return null;
    }
}
