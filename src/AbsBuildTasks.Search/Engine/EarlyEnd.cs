using System.Diagnostics;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Contract;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// Ends the training of a run before its epochs are done, where somebody asks for that or its time is over. Up to the
/// search, what is still to train goes with it: then come the last decisions, from where the network stands, and
/// fine-tuning as the settings say. In fine-tuning, that ends.
/// </summary>
/// <param name="job">Its time limit, and who is told.</param>
/// <param name="folder">Where requests arrive; null where none can.</param>
internal sealed class EarlyEnd(SearchJob job, string? folder)
{
    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly List<EndedPhase> _ended = [];
    private long? _looked;
    private double _secondsBefore;
    private bool _isTimeOver;
    private bool _isSearchOver;
    private bool _isFineTuningOver;

    /// <summary>Where the run was ended; empty where it was not.</summary>
    public IReadOnlyList<EndedPhase> Ended => [.. _ended];

    /// <summary>Whether full-precision training is not what the settings say.</summary>
    public bool HasCutTraining => _ended.Any(phase => phase.Phase is RunPhase.Train or RunPhase.Baseline);

    /// <summary>Whether a stage is to train no further.</summary>
    public bool IsOver(RunStage stage) => stage <= RunStage.Search ? _isSearchOver : stage == RunStage.FineTune && _isFineTuningOver;

    /// <summary>Looks for a request, and at the clock.</summary>
    public StopWish Look()
    {
        if (!_isTimeOver && job.StopAfter is { } limit && Seconds() >= limit.TotalSeconds)
        {
            // Before the state is kept: a run that goes on is not out of time once more.
            _isTimeOver = true;
            return StopWish.OutOfTime;
        }

        if (folder is null || (_looked is { } last && Stopwatch.GetElapsedTime(last) < job.LookInterval))
        {
            return StopWish.None;
        }

        _looked = Stopwatch.GetTimestamp();
        try
        {
            return !StopRequest.IsIn(folder) ? StopWish.None : StopRequest.Read(folder) switch
            {
                true => StopWish.Keep,
                false => StopWish.Leave,
                null => Refuse("is none"),
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Refuse($"cannot be read: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Writes down that a stage ends here.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="phase">How far it is.</param>
    public void End(RunStage stage, EndedPhase phase)
    {
        _ended.Add(phase);
        _isSearchOver |= stage <= RunStage.Search;
        _isFineTuningOver |= stage == RunStage.FineTune;
    }

    /// <summary>Forgets what was asked for, once the run's state has it.</summary>
    /// <param name="wish">What was.</param>
    public void Forget(StopWish wish)
    {
        if (wish == StopWish.OutOfTime)
        {
            return;
        }

        try
        {
            StopRequest.Remove(folder!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is asked for once more, and ends what comes next.
        }
    }

    /// <summary>Fine-tuning begins anew, under other decisions.</summary>
    public void BeginAgain() => _isFineTuningOver = false;

    /// <summary>Writes what was ended and the time so far, or takes up those of an earlier run.</summary>
    public void Exchange(StateStream state)
    {
        _isTimeOver = state.Flag(_isTimeOver);
        _isSearchOver = state.Flag(_isSearchOver);
        _isFineTuningOver = state.Flag(_isFineTuningOver);
        var seconds = state.Number(Seconds());
        var count = state.Integer(_ended.Count, 0, int.MaxValue);
        if (state.IsReading)
        {
            _secondsBefore = seconds;
            _ended.Clear();
        }

        for (var i = 0; i < count; i++)
        {
            var phase = state.IsReading ? new EndedPhase(EndedPhase.Phases[0], 0, 0) : _ended[i];
            phase = new(state.Choice(phase.Phase, EndedPhase.Phases), state.Integer(phase.Epochs, 0, int.MaxValue), state.Integer(phase.Steps, 0, int.MaxValue));
            if (state.IsReading)
            {
                _ended.Add(phase);
            }
        }
    }

    private StopWish Refuse(string why)
    {
        job.Tell($"what lies where 'abs stop' puts its request {why}; it is not heeded");
        Forget(StopWish.Leave);
        return StopWish.None;
    }

    private double Seconds() => _secondsBefore + Stopwatch.GetElapsedTime(_begun).TotalSeconds;
}
