using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Contract;

namespace AbsBuildTasks.Search.Engine;

/// <summary>What a search comes to before fine-tuning: a later one that differs only in fine-tuning begins with it.</summary>
/// <param name="job">The search.</param>
/// <param name="taken">What the search has taken of earlier ones.</param>
/// <param name="stages">Where the run stands.</param>
/// <param name="parts">Writes what the stages before fine-tuning change in place, or sets it.</param>
/// <param name="exchange">Writes the run's state with the epochs of these stages, or sets it.</param>
/// <param name="hasMissed">Whether the state is that of a run whose plan has missed its budget after fine-tuning.</param>
/// <param name="undo">Drops what else the exchange has made, where that has failed.</param>
internal sealed class SearchedStage(SearchJob job, TakenStages taken, StagedRun stages, Action<StateStream> parts, Action<StateStream> exchange, Func<bool> hasMissed, Action undo)
{
    private readonly StageStore _store = new(job, SearchStage.Search, taken);

    /// <summary>Goes to where fine-tuning begins, where an earlier search has come there in the same way; otherwise the run is as before.</summary>
    /// <param name="epochs">Epochs of the run that are done.</param>
    public void Take(int epochs)
    {
        var before = new StateCopy(parts);
        var isTried = false;
        if (_store.TryLoad(state =>
        {
            before.Take();
            isTried = true;
            Exchange(state);
        }))
        {
            job.Tell("search: as an earlier search found it");
        }
        else if (isTried)
        {
            undo();
            before.Restore();
            stages.Start(RunStage.Calibrate, epochs);
        }
    }

    /// <summary>Keeps the state; fine-tuning is about to begin.</summary>
    /// <remarks>Not where an earlier plan has missed the budget: fine-tuning otherwise, that plan might have met it.</remarks>
    public void Keep()
    {
        if (!hasMissed())
        {
            _store.Save(Exchange);
        }
    }

    private void Exchange(StateStream state)
    {
        stages.ExchangePlace(state);
        if (stages is not { Stage: RunStage.FineTune, Done: 0 })
        {
            throw new CheckpointException("stands at another place");
        }

        exchange(state);
        if (hasMissed())
        {
            throw new CheckpointException("is of a plan that was not the first");
        }
    }
}
