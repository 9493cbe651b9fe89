using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Structure;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// Makes a plan: full-precision training, or that of an earlier search, and then search and fine-tuning from its weights.
/// </summary>
/// <remarks>
/// A checkpoint begins with what the training came to, where it is done, and goes on with the state of what runs. The
/// network is compressed afresh after training, so that a plan is the same whether its training ran in this search.
/// </remarks>
internal sealed class PlanRun
{
    private readonly IAbsModel _model;
    private readonly SearchJob _job;
    private readonly NetworkFactory _networks;
    private readonly ModelNetwork _network;
    private readonly ModelData _data;
    private readonly CheckpointStore _store;
    private readonly TrainingStore _trainings;
    private readonly Action<SearchProgress> _report;
    private readonly CancellationToken _cancellation;
    private readonly NetworkProbe _probe;
    private readonly ChannelMap _map;
    private readonly RunRecord _record;
    private TrainedNetwork? _trained;

    /// <summary>Looks at the network.</summary>
    /// <param name="model">The model project's contract.</param>
    /// <param name="job">What to search, and how.</param>
    /// <param name="networks">Makes further networks of the model.</param>
    /// <param name="network">The network, on the job's device, with its starting weights if there are any.</param>
    /// <param name="data">The data, whose batches go there.</param>
    /// <param name="store">Keeps the state.</param>
    /// <param name="report">Called at the end of every epoch.</param>
    /// <param name="cancellation">Stops the run within a step.</param>
    public PlanRun(IAbsModel model, SearchJob job, NetworkFactory networks, ModelNetwork network, ModelData data, CheckpointStore store, Action<SearchProgress> report, CancellationToken cancellation)
    {
        (_model, _job, _networks, _network, _data, _store, _report, _cancellation) = (model, job, networks, network, data, store, report, cancellation);
        _trainings = new TrainingStore(job);
        _record = new RunRecord(job);
        _probe = NetworkProbe.Run(network, data.Train.First(Math.Min(data.Train.Count, NetworkMaps.Examples)));
        NetworkProbe.RunOnce(network, data.Test.First(Math.Min(data.Test.Count, 2)));
        if (_probe.LeftAlone.Count > 0)
        {
            job.Warn(AbsCodes.LayersLeftAlone, $"The search neither compresses nor counts {string.Join(", ", _probe.LeftAlone)}; budget and plan speak of the other layers only.");
        }

        _map = NetworkMaps.Of(networks, network, _probe, data, job, cancellation);
    }

    /// <summary>Makes the plan; leaves the network as it says.</summary>
    /// <param name="saved">The state of an earlier run to go on from, or null.</param>
    /// <exception cref="CheckpointException">The saved state does not fit; the network has been changed.</exception>
    public SearchResult Run(StateStream? saved)
    {
        if (saved is not null)
        {
            Exchange(saved);
        }

        if (_trained is null)
        {
            Train(saved);
            saved = null;
        }

        var compressed = Compress();
        try
        {
            var run = RunOf(compressed);
            var metric = run.Run(_trained!, saved);
            var plan = PlanBuilder.Build(_job, compressed, metric);
            return new SearchResult(plan, _record.ToJson(), compressed, new DeliveryCheck(_model, _job, _networks, _data, compressed, plan, run.Metric));
        }
        catch
        {
            compressed.Dispose();
            throw;
        }
    }

    private void Train(StateStream? saved)
    {
        using var compressed = Compress();
        if (_job.HeldPlan is { } plan)
        {
            // Told before any training.
            _ = GivenDecisions.Of(plan, compressed);
        }

        ReachableRange.Of(compressed).Require(_job.Settings.Budget);
        var run = RunOf(compressed);
        if (saved is null && _trainings.TryLoad(ExchangeTraining))
        {
            _job.Tell("full precision: as an earlier search trained it");
            run.WarnOfChance(_trained!);
        }
        else
        {
            _trained = run.Train(saved);
            _trainings.Save(ExchangeTraining);
        }
    }

    /// <summary>Writes what a checkpoint begins with, or sets it.</summary>
    private void Exchange(StateStream state)
    {
        if (state.Flag(_trained is not null))
        {
            _trained = TrainedNetwork.Exchange(state, _trained);
        }
    }

    /// <summary>Writes the trained network with all that is known of it, or sets it.</summary>
    private void ExchangeTraining(StateStream state)
    {
        _trained = TrainedNetwork.Exchange(state, _trained);
        _record.Exchange(state);
        ModuleState.Exchange(state, _network.Module);
    }

    private CompressedNetwork Compress() => new(_network, _probe, _map, _job.Settings);

    private SearchRun RunOf(CompressedNetwork compressed) =>
        new(new RunSetup(_model, _job, _data, _record, _store, Exchange, _report, _cancellation), compressed);
}
