using AbsBuildTasks.Plans.Fingerprints;

namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>What a search has taken of earlier ones. That is part of its state: where a stage is asked for anew, nothing may go on that stands on an earlier one.</summary>
/// <param name="afresh">The first stage that is asked for anew; null for none.</param>
internal sealed class TakenStages(SearchStage? afresh)
{
    private static readonly IReadOnlyList<SearchStage?> Known = [null, .. SearchStage.All];

    private SearchStage? _latest;

    /// <summary>Whether an earlier search's result of a stage is wanted.</summary>
    public bool MayTake(SearchStage stage) => !stage.IsFrom(afresh);

    /// <summary>Notes that one was taken. Stages are taken in the order in which they run.</summary>
    public void Add(SearchStage stage) => _latest = stage;

    /// <summary>Writes what was taken, or sets it.</summary>
    /// <exception cref="CheckpointException">While reading: the state stands on a stage that is asked for anew.</exception>
    public void Exchange(StateStream state)
    {
        _latest = state.Choice(_latest, Known);
        if (state.IsReading && _latest is { } latest && !MayTake(latest))
        {
            throw new CheckpointException($"stands on the {latest.Title} of an earlier search, where a new one is asked for");
        }
    }
}
