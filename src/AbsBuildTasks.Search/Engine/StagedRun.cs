using AbsBuildTasks.Search.Checkpoints;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// Takes a run through its stages and their epochs, from the start or from where an earlier run was stopped, and keeps its
/// state as often as is worth it.
/// </summary>
/// <param name="store">Keeps the state.</param>
/// <param name="before">Writes what a checkpoint begins with, which whoever resumes the run has read.</param>
/// <param name="exchange">Writes what the run consists of, or sets it, after the position here has been.</param>
/// <param name="cancellation">Stops the run: then its last state is kept, whatever that costs.</param>
internal sealed class StagedRun(CheckpointStore store, Action<StateStream> before, Action<StateStream> exchange, CancellationToken cancellation)
{
    private StateStream? _saved;
    private Action<StateStream>? _training;

    /// <summary>The stage that runs.</summary>
    public RunStage Stage { get; private set; }

    /// <summary>Epochs of the stage that are done.</summary>
    public int Done { get; private set; }

    /// <summary>Number of the epoch in the whole run: 0 for the first.</summary>
    public int Epoch { get; private set; }

    /// <summary>Whether an epoch runs.</summary>
    public bool IsTraining => _training is not null;

    /// <summary>Goes to where an earlier run was stopped.</summary>
    /// <param name="saved">Its state; stays open until the stage has taken its own part of it.</param>
    /// <exception cref="CheckpointException">The state does not fit; the run has been changed.</exception>
    public void Resume(StateStream saved) => Exchange(saved);

    /// <summary>Starts at a later stage than the first.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="epoch">Epochs that are done, in other runs.</param>
    public void Start(RunStage stage, int epoch)
    {
        (Stage, Done, Epoch) = (stage, 0, epoch);
        Keep(isWithinEpoch: false);
    }

    /// <summary>Goes back to an earlier stage, as if the present one had not begun; between the two there are no epochs.</summary>
    public void Repeat(RunStage stage) => Start(stage, Epoch - Done);

    /// <summary>Runs a stage, unless an earlier run was already beyond it.</summary>
    public void Do(RunStage stage, Action run)
    {
        if (Stage == stage)
        {
            run();
            (Stage, Done) = (stage + 1, 0);
            Keep(isWithinEpoch: false);
        }
    }

    /// <summary>The epochs of the present stage that are still to run, from 1.</summary>
    /// <param name="count">Epochs of the stage.</param>
    /// <param name="training">Exchanges what the stage adds to the state while it trains: its optimizer's memory.</param>
    /// <param name="isOver">Asked before each epoch, whether it and those after it are left out.</param>
    /// <exception cref="CheckpointException">That part of an earlier run's state does not fit.</exception>
    public IEnumerable<int> Epochs(int count, Action<StateStream> training, Func<bool> isOver)
    {
        if (_saved is { } saved)
        {
            training(saved);
            saved.End();
            _saved = null;
        }

        _training = training;
        while (Done < count && !isOver())
        {
            yield return Done + 1;
            (Done, Epoch) = (Done + 1, Epoch + 1);
            Keep(isWithinEpoch: false);
        }

        _training = null;
    }

    /// <summary>Keeps the state as it is now, if it is time for that.</summary>
    /// <param name="isWithinEpoch">Whether an epoch runs.</param>
    public void Keep(bool isWithinEpoch)
    {
        var isLast = cancellation.IsCancellationRequested;
        if (isLast || store.IsDue(isWithinEpoch))
        {
            store.Save(Write, isLast);
        }
    }

    /// <summary>Keeps the state as it is now, whatever that costs.</summary>
    /// <returns>Whether it is kept.</returns>
    public bool KeepNow()
    {
        store.Save(Write, isLast: true);
        return store.Folder is not null;
    }

    /// <summary>Writes where the run stands, or sets it.</summary>
    public void ExchangePlace(StateStream state)
    {
        Stage = state.Choice(Stage, Enum.GetValues<RunStage>());
        Done = state.Integer(Done, 0, int.MaxValue);
        Epoch = state.Integer(Epoch, 0, int.MaxValue);
    }

    private void Write(StateStream state)
    {
        before(state);
        Exchange(state);
    }

    private void Exchange(StateStream state)
    {
        ExchangePlace(state);
        exchange(state);
        var trains = state.Flag(_training is not null);
        if (!state.IsReading)
        {
            _training?.Invoke(state);
        }
        else if (trains)
        {
            // The stage takes its part once it has made its optimizer.
            _saved = state;
        }
        else
        {
            state.End();
        }
    }
}
