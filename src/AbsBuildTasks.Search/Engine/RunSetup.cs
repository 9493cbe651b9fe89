using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;

namespace AbsBuildTasks.Search.Engine;

/// <summary>What all stages of a run are given.</summary>
/// <param name="Model">The model project's contract.</param>
/// <param name="Job">What to search, and how.</param>
/// <param name="Networks">Makes further networks of the model.</param>
/// <param name="Data">The data, whose batches go to the network's device.</param>
/// <param name="Record">Receives every epoch.</param>
/// <param name="Store">Keeps the run's state.</param>
/// <param name="Taken">What the run has taken of earlier searches.</param>
/// <param name="EarlyEnd">Ends the run's training before its time.</param>
/// <param name="Before">Writes what a checkpoint of the run begins with.</param>
/// <param name="Report">Called at the end of every epoch.</param>
/// <param name="Cancellation">Stops the run within a step.</param>
internal sealed record RunSetup(
    CheckedModel Model,
    SearchJob Job,
    NetworkFactory Networks,
    ModelData Data,
    RunRecord Record,
    CheckpointStore Store,
    TakenStages Taken,
    EarlyEnd EarlyEnd,
    Action<StateStream> Before,
    Action<SearchProgress> Report,
    CancellationToken Cancellation);
