using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Native;
using AbsBuildTasks.Search.Structure;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Finds a compression plan.</summary>
/// <remarks>
/// The same job on the same machine gives the same plan: every source of chance is seeded. That also holds for a run that
/// goes on from where an earlier one was stopped.
/// </remarks>
internal static class SearchEngine
{
    // A worker whose build is gone ends within 5 seconds, and the next build may be there before.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    /// <summary>Runs a search.</summary>
    /// <param name="model">The model project's contract.</param>
    /// <param name="job">What to search, and how.</param>
    /// <param name="report">Called at the end of every epoch.</param>
    /// <param name="cancellation">Stops the search within a step; its state is kept first.</param>
    /// <exception cref="AbsException">Any ABS1xxx, ABS2xxx or ABS3xxx code.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public static SearchResult Run(IAbsModel model, SearchJob job, Action<SearchProgress> report, CancellationToken cancellation)
    {
        _ = job.Settings.Validated();
        try
        {
            return RunOrRestart(CheckedModel.Of(model, job.Context, job.Warn), job, report, cancellation);
        }
        catch (Exception exception) when (DeviceMemory.IsExhausted(exception))
        {
            throw DeviceMemory.Error(exception, job.Device);
        }
    }

    private static SearchResult RunOrRestart(CheckedModel model, SearchJob job, Action<SearchProgress> report, CancellationToken cancellation)
    {
        using var store = CheckpointStore.Open(job, Patience);
        using var saved = store.Load();
        try
        {
            return Run(model, job, store, saved, report, cancellation);
        }
        catch (CheckpointException exception)
        {
            store.Refuse(exception);
            return Run(model, job, store, saved: null, report, cancellation);
        }
    }

    private static SearchResult Run(CheckedModel model, SearchJob job, CheckpointStore store, StateStream? saved, Action<SearchProgress> report, CancellationToken cancellation)
    {
        var networks = new NetworkFactory(model, job);

        // Outside of any dispose scope: it outlives them.
        var module = networks.Make();
        try
        {
            using var scope = NewDisposeScope();
            var data = Load(model, job);
            PlanRun run;
            using (var first = new FirstBatch(networks.Twin(module), job, data))
            {
                first.Refuse();
                var network = networks.Known(module.to(job.Device), model.Forward);
                run = new PlanRun(model, job, networks, network, data, store, report, cancellation);
                first.Try();
            }

            return run.Run(saved);
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    private static ModelData Load(CheckedModel model, SearchJob job)
    {
        var data = model.LoadData(job.Context);
        if (data.Train.Count < 2)
        {
            throw new AbsException(AbsCodes.InvalidData, "There is one training example; give at least two, a batch of one has no variance.");
        }

        return DataPlacement.Of(data, job.Device, DeviceMemory.HasRoom, job.Tell);
    }
}
