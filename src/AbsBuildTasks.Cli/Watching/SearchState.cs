using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Cli.Watching;

/// <summary>How far a search is known to be.</summary>
internal sealed class SearchState
{
    private readonly SearchPace _pace = new();
    private bool _isGone;
    private TimeSpan? _asked;

    /// <summary>What it is called: the model's name until its first event, which may have that of a point beside it, such as <c>digits [seed 2]</c>.</summary>
    public required string Label { get; set; }

    /// <summary>Bit-operations of the whole network at most, relative to full precision; null where that is not known.</summary>
    public double? Budget { get; private set; }

    /// <summary>Epochs that all phases have together; 0 where that is not known.</summary>
    public int Epochs => _pace.Epochs;

    /// <summary>Epochs that are done, of all phases, also in an earlier run that this one goes on with.</summary>
    public int Done => _pace.Done;

    /// <summary>The latest of what the worker reported; null before.</summary>
    public ProgressEvent? Progress { get; private set; }

    /// <summary>How far the epoch is that runs; null where that is not known.</summary>
    public StepEvent? Step { get; private set; }

    /// <summary>The latest metric; null before it was measured.</summary>
    public double? Metric { get; private set; }

    /// <summary>The latest bit-operations against full precision, 0 to 1; null before gates were at work.</summary>
    public double? RelativeBops { get; private set; }

    /// <summary>How the search ended; null while it runs, and where nobody knows.</summary>
    public WorkerEvent? End { get; private set; }

    /// <summary>Whether it has ended, however that was.</summary>
    public bool HasEnded => End is not null || _isGone;

    /// <summary>Takes in an event.</summary>
    /// <param name="buildEvent">The event, one of this search.</param>
    /// <param name="now">When, since any fixed moment.</param>
    public void Apply(BuildEvent buildEvent, TimeSpan now)
    {
        if (buildEvent is SearchReported { Seconds: { } seconds })
        {
            _asked = now - TimeSpan.FromSeconds(seconds);
        }

        switch (buildEvent)
        {
            case SearchStarted started:
                (Label, Budget, _pace.Epochs) = (started.Model, started.Budget, started.Epochs);
                break;
            case SearchReported { Event: LimitEvent limit }:
                Budget = limit.RelativeBops;
                break;
            case SearchReported { Event: StepEvent step }:
                Step = step;
                _pace.Apply(step);
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
    public TimeSpan? TimeLeft(TimeSpan now) => HasEnded ? null : _pace.TimeLeft(now);

    /// <summary>How long ago the build asked for it; null where it does not, or that is not known.</summary>
    public TimeSpan? Elapsed(TimeSpan now) => HasEnded ? null : now - _asked;

    private void Apply(ProgressEvent progress, TimeSpan now)
    {
        Step = null;
        _pace.Apply(progress, now);
        Progress = progress;
        (Metric, RelativeBops) = (progress.Metric ?? Metric, progress.RelativeBops ?? RelativeBops);
    }
}
