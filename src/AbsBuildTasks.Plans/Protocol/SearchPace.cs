using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>How far a search is, and about how long it still takes.</summary>
internal sealed class SearchPace
{
    private TimeSpan _phaseStart;
    private TimeSpan _lastEpoch;
    private int _doneBeforePhase;
    private string? _phase;

    /// <summary>Epochs that all phases have together; 0 where that is not known.</summary>
    public int Epochs { get; set; }

    /// <summary>Epochs that are done, of all phases, also in an earlier run that this one goes on with.</summary>
    public int Done { get; private set; }

    /// <summary>Takes in the end of an epoch.</summary>
    /// <param name="progress">What the worker reported.</param>
    /// <param name="now">When, since any fixed moment.</param>
    public void Apply(ProgressEvent progress, TimeSpan now)
    {
        if (_phase is null)
        {
            // Starting takes time of its own, and what an earlier run did tells nothing of the pace.
            (_phaseStart, _doneBeforePhase) = (now, progress.Done);
        }
        else if (_phase != progress.Phase)
        {
            (_phaseStart, _doneBeforePhase) = (_lastEpoch, Done);
        }

        (_phase, _lastEpoch) = (progress.Phase, now);
        Count(progress.Done);
    }

    /// <summary>Takes in a step of an epoch. The first one of a search that goes on tells what earlier runs did.</summary>
    /// <param name="step">What the worker reported.</param>
    public void Apply(StepEvent step) => Count(step.Done);

    /// <summary>About how long the search still takes, from the pace of the phase that runs; null where nothing tells.</summary>
    /// <param name="now">The time, since that moment.</param>
    public TimeSpan? TimeLeft(TimeSpan now)
    {
        var inPhase = Done - _doneBeforePhase;
        if (Epochs == 0 || _phase is null || inPhase < 1)
        {
            return null;
        }

        // Without operators that .NET Framework does not have.
        var epoch = (_lastEpoch - _phaseStart).Ticks / (double)inPhase;
        var left = TimeSpan.FromTicks((long)(epoch * (Epochs - Done))) - (now - _lastEpoch);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>The same in words, such as <c>about 3 min 20 s left</c>; empty where nothing tells.</summary>
    /// <param name="left">The time.</param>
    public static string Words(TimeSpan? left) => left is { } time ? $"about {ShortTime.Of(time)} left" : "";

    // A budget's second attempt repeats epochs.
    private void Count(int done) => Done = Math.Min(Epochs, Math.Max(Done, done));
}
