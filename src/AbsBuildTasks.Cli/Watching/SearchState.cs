using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Cli.Watching;

/// <summary>How far a model's search is known to be.</summary>
internal sealed class SearchState
{
    private TimeSpan _phaseStart;
    private TimeSpan _lastEpoch;
    private int _doneBeforePhase;
    private bool _isGone;

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Bit-operations of the whole network at most, relative to full precision; null where that is not known.</summary>
    public double? Budget { get; private set; }

    /// <summary>Epochs that all phases have together; 0 where that is not known.</summary>
    public int Epochs { get; private set; }

    /// <summary>Epochs that are done, of all phases, also in an earlier run that this one goes on with.</summary>
    public int Done { get; private set; }

    /// <summary>The latest of what the worker reported; null before.</summary>
    public ProgressEvent? Progress { get; private set; }

    /// <summary>The latest metric; null before it was measured.</summary>
    public double? Metric { get; private set; }

    /// <summary>The latest bit-operations against full precision, 0 to 1; null before gates were at work.</summary>
    public double? RelativeBops { get; private set; }

    /// <summary>How the search ended; null while it runs, and where nobody knows.</summary>
    public WorkerEvent? End { get; private set; }

    /// <summary>Whether it has ended, however that was.</summary>
    public bool HasEnded => End is not null || _isGone;

    /// <summary>Takes in an event.</summary>
    /// <param name="buildEvent">The event, one of this model.</param>
    /// <param name="now">When, since any fixed moment.</param>
    public void Apply(BuildEvent buildEvent, TimeSpan now)
    {
        switch (buildEvent)
        {
            case SearchStarted started:
                (Budget, Epochs) = (started.Budget, started.Epochs);
                break;
            case SearchReported { Event: LimitEvent limit }:
                Budget = limit.RelativeBops;
                break;
            case SearchReported { Event: ProgressEvent progress }:
                Apply(progress, now);
                break;
            case SearchReported { Event: DoneEvent or ErrorEvent } reported:
                End = reported.Event;
                break;
            case SearchGone:
                _isGone = true;
                break;
        }
    }

    /// <summary>About how long the search still takes, from the pace of the phase that runs; null where nothing tells.</summary>
    public TimeSpan? TimeLeft(TimeSpan now)
    {
        var inPhase = Done - _doneBeforePhase;
        if (Epochs == 0 || inPhase < 1 || HasEnded)
        {
            return null;
        }

        var epoch = (_lastEpoch - _phaseStart) / inPhase;
        var left = (epoch * (Epochs - Done)) - (now - _lastEpoch);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Apply(ProgressEvent progress, TimeSpan now)
    {
        if (Progress is null)
        {
            // Starting takes time of its own, and what an earlier run did tells nothing of the pace.
            (_phaseStart, _doneBeforePhase) = (now, progress.Done);
        }
        else if (Progress.Phase != progress.Phase)
        {
            (_phaseStart, _doneBeforePhase) = (_lastEpoch, Done);
        }

        Progress = progress;
        (Metric, RelativeBops) = (progress.Metric ?? Metric, progress.RelativeBops ?? RelativeBops);
        _lastEpoch = now;

        // A budget's second attempt repeats epochs.
        Done = Math.Min(Epochs, Math.Max(Done, progress.Done));
    }
}
