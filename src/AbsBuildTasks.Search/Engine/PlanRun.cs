using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// Makes a plan: full-precision training, or that of an earlier search, and then search and fine-tuning from its weights.
/// </summary>
/// <remarks>
/// Training runs on a copy of network and model, of which nothing but the values of parameters and buffers is taken over.
/// So a plan is the same whether its training ran in this search, in an earlier one, or before an interruption. A
/// checkpoint begins with what the training came to, where it is done, and goes on with the state of what runs.
/// </remarks>
internal sealed class PlanRun
{
    private readonly Action<string, string> _warn;
    private readonly CheckedModel _model;
    private readonly SearchJob _job;
    private readonly NetworkFactory _networks;
    private readonly ModelNetwork _network;
    private readonly ModelData _data;
    private readonly CheckpointStore _store;
    private readonly TrainingStore _trainings;
    private readonly Action<SearchProgress> _report;
    private readonly CancellationToken _cancellation;
    private readonly IReadOnlyList<RestPlan> _products;
    private readonly NetworkProbe _probe;
    private readonly ChannelMap _map;
    private readonly RunRecord _record;
    private TrainedNetwork? _trained;
    private bool _tookTraining;

    /// <summary>Looks at the network.</summary>
    /// <param name="model">The model project's contract.</param>
    /// <param name="job">What to search, and how.</param>
    /// <param name="networks">Makes further networks of the model.</param>
    /// <param name="network">The network, on the job's device, with its starting weights if there are any.</param>
    /// <param name="data">The data, whose batches go there.</param>
    /// <param name="store">Keeps the state.</param>
    /// <param name="report">Called at the end of every epoch.</param>
    /// <param name="cancellation">Stops the run within a step.</param>
    public PlanRun(CheckedModel model, SearchJob job, NetworkFactory networks, ModelNetwork network, ModelData data, CheckpointStore store, Action<SearchProgress> report, CancellationToken cancellation)
    {
        _warn = job.Warn;
        (_model, _job, _networks, _network, _data, _store, _report, _cancellation) = (model, job, networks, network, data, store, report, cancellation);
        _trainings = new TrainingStore(job);
        _record = new RunRecord(job);
        _job = job = job with { Warn = Warn };
        _products = job.FindProducts();
        _probe = Probe(network);
        NetworkProbe.RunOnce(network, data.Test.First(Math.Min(data.Test.Count, 2)));
        if (LeftAloneWarning.Of(_probe) is { } warning)
        {
            job.Warn(AbsCodes.LayersLeftAlone, warning);
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

        var compressed = Compress(_network, _probe);
        try
        {
            var run = new SearchRun(SetupOf(_model), compressed);
            var (metric, further) = run.Run(_trained!, saved);
            var plan = PlanBuilder.Build(_job, compressed, metric) with { FurtherMetrics = further };
            return new SearchResult(plan, _record.ToJson(), compressed, new DeliveryCheck(_model, _job, _networks, _data, compressed, plan, run.Metric));
        }
        catch
        {
            compressed.Dispose();
            throw;
        }
    }

    private NetworkProbe Probe(ModelNetwork network)
    {
        // Levels of the unit grid lie between those of integers.
        var (probe, weightBits) = (NetworkProbe.Run(network, FirstExamples()), LayerTimes.IntegerBits - (_job.Settings.Grid == WeightGrid.Unit ? 1 : 0));
        probe = probe with { Rest = [.. probe.Rest, .. _products] };
        return _job.Latency is { } table ? probe.Timed(shape => table.TimesOf(shape, weightBits)) : probe;
    }

    private void Train(StateStream? saved)
    {
        using (var compressed = Compress(_network, _probe))
        {
            if (_job.HeldPlan is { } plan)
            {
                // Told before any training.
                _ = GivenDecisions.Of(plan, compressed);
            }

            var range = ReachableRange.Of(compressed);
            range.Require(_job.Settings.Budget, _job.Settings.DeployTarget);
            if (_job.HeldPlan is null && range.Least == range.Most)
            {
                _job.Warn(AbsCodes.NothingToDecide, "The search has nothing to decide: every layer's bitwidths are given, and no filter can be pruned. Let the first and last layer take part with KeepFirstAndLast=\"false\", pin fewer Layers, or give several Bits.");
            }
        }

        if (saved is null && TryTakeTraining())
        {
            _job.Tell("full precision: as an earlier search trained it");
            SearchRun.WarnOfChance(SetupOf(_model), _trained!);
            return;
        }

        using var scope = NewDisposeScope();
        var copy = _networks.OwnCopy(_network);
        using var module = copy.Module;
        var network = new ModelNetwork(module, copy.Model.Forward);
        using (var compressed = Compress(network, Probe(network)))
        {
            _trained = new SearchRun(SetupOf(copy.Model), compressed).Train(saved);
        }

        var values = new StateCopy(state => ModuleState.Exchange(state, module));
        values.Take();
        values.RestoreTo(state => ModuleState.Exchange(state, _network.Module));
        _trainings.Save(ExchangeTraining);
    }

    private bool TryTakeTraining()
    {
        var before = new StateCopy(state => ModuleState.Exchange(state, _network.Module));
        before.Take();
        if (_trainings.TryLoad(ExchangeTraining))
        {
            _tookTraining = true;
            return true;
        }

        _trained = null;
        before.Restore();
        return false;
    }

    /// <summary>Writes what a checkpoint begins with, or sets it.</summary>
    private void Exchange(StateStream state)
    {
        _tookTraining = state.Flag(_tookTraining);
        if (_tookTraining && state.IsReading && _job.TrainsAfresh)
        {
            throw new CheckpointException("stands on the full-precision training of an earlier search, where a new one is asked for");
        }

        if (state.Flag(_trained is not null))
        {
            _trained = TrainedNetwork.Exchange(state, _trained);
        }
    }

    /// <summary>Writes the trained network with all that is known of it, or sets it.</summary>
    private void ExchangeTraining(StateStream state)
    {
        ModuleState.Exchange(state, _network.Module);
        _record.Exchange(state);
        _trained = TrainedNetwork.Exchange(state, _trained);
    }

    private void Warn(string code, string text)
    {
        _record.Warn(code, text);
        _warn(code, text);
    }

    private IReadOnlyList<Tensor> FirstExamples() => _data.Train.First(Math.Min(_data.Train.Count, NetworkMaps.Examples));

    private CompressedNetwork Compress(ModelNetwork network, NetworkProbe probe) => new(network, probe, _map, _job.Settings);

    private RunSetup SetupOf(CheckedModel model) => new(model, _job, _data, _record, _store, Exchange, _report, _cancellation);
}
