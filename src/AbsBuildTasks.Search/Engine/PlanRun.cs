using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

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
    private readonly StageStore _trainings;
    private readonly StageStore _baselines;
    private readonly TakenStages _taken;
    private readonly EarlyEnd _earlyEnd;
    private readonly Action<SearchProgress> _report;
    private readonly CancellationToken _cancellation;
    private readonly IReadOnlyList<RestPlan> _products;
    private readonly NetworkProbe _probe;
    private readonly ChannelMap _map;
    private readonly RunRecord _record;
    private TrainedNetwork? _asTrained;
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
    public PlanRun(CheckedModel model, SearchJob job, NetworkFactory networks, ModelNetwork network, ModelData data, CheckpointStore store, Action<SearchProgress> report, CancellationToken cancellation)
    {
        _warn = job.Warn;
        (_model, _job, _networks, _network, _data, _store, _report, _cancellation) = (model, job, networks, network, data, store, report, cancellation);
        _taken = new TakenStages(job.Afresh);
        (_trainings, _baselines) = (new StageStore(job, SearchStage.Training, _taken), new StageStore(job, SearchStage.Baseline, _taken));
        _earlyEnd = new EarlyEnd(job, store.Folder);
        _record = new RunRecord(job);
        store.Start = StartingValues.Of(network.Module);
        _job = job = job with { Warn = Warn };
        _products = job.FindProducts(FirstExamples());
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

        Check();
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
            IReadOnlyList<EndedPhase> ended = [.. _job.HeldPlan?.EndedEarly ?? [], .. _earlyEnd.Ended];
            var plan = PlanBuilder.Build(_job, compressed, metric) with { EndedEarly = ended, FurtherMetrics = further };
            return new SearchResult(plan, _record.ToJson(ended), compressed, new DeliveryCheck(_model, _job, _networks, _data, compressed, plan, run.FinalMetric));
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

    /// <summary>Fails where the budget cannot be met, and warns of what it comes to; told again by a run that goes on.</summary>
    private void Check()
    {
        ReachableRange range;
        using (var compressed = Compress(_network, _probe))
        {
            if (_job.HeldPlan is { } plan)
            {
                // Told before any training.
                _ = GivenDecisions.Of(plan, compressed);
            }

            range = ReachableRange.Of(compressed);
        }

        range.Require(_job.Settings.Budget, _job.Settings.DeployTarget);
        if (range.KeptByLayers(_job.Settings.Budget) is { } told)
        {
            _job.Warn(AbsCodes.KeptByLayers, told);
        }

        if (range.RaisedShare(_job.Settings.Budget, CostKind.Leading) is { } limit)
        {
            _job.TellLimit(limit);
        }

        if (_job.HeldPlan is null && range.Least == range.Most)
        {
            _job.Warn(AbsCodes.NothingToDecide, NothingToDecide.Of(_job.Settings.DeployTarget, () => new(_network, _probe, _map, _job.Settings with { DeployTarget = TargetTable.Any })));
        }
    }

    private void Train(StateStream? saved)
    {
        if (saved is null && TryTake(_trainings, ExchangeTraining))
        {
            _job.Tell("full precision: as an earlier search trained it");
        }

        if (_asTrained is null)
        {
            OnCopy((run, network) =>
            {
                _asTrained = run.Train(saved);
                CopyTo(network);
            });
            saved = null;
            Keep(_trainings, ExchangeTraining);
        }

        // What was cut short is no longer what the stages that are kept stand on.
        if (saved is null && !_earlyEnd.HasCutTraining && TryTake(_baselines, ExchangeBaseline))
        {
            SearchRun.WarnOfChance(SetupOf(_model), _trained!);
            return;
        }

        OnCopy((run, network) =>
        {
            _trained = run.TrainOn(_asTrained!, saved);
            CopyTo(network);
        });
        Keep(_baselines, ExchangeBaseline);
    }

    /// <summary>Runs a stage on a copy of network and model, so that the next begins with nothing of it but values.</summary>
    private void OnCopy(Action<SearchRun, Module> stage)
    {
        using var scope = NewDisposeScope();
        var copy = _networks.OwnCopy(_network);
        using var module = copy.Module;
        var network = _networks.Known(module, copy.Model.Forward);
        using var compressed = Compress(network, Probe(network));
        stage(new SearchRun(SetupOf(copy.Model), compressed), module);
    }

    private void CopyTo(Module from)
    {
        var values = new StateCopy(state => ModuleState.Exchange(state, from));
        values.Take();
        values.RestoreTo(state => ModuleState.Exchange(state, _network.Module));
    }

    private void Keep(StageStore store, Action<StateStream> exchange)
    {
        if (!_earlyEnd.HasCutTraining)
        {
            store.Save(exchange);
        }
    }

    private bool TryTake(StageStore store, Action<StateStream> exchange)
    {
        var before = new StateCopy(state => ModuleState.Exchange(state, _network.Module));
        before.Take();
        var (asTrained, trained) = (_asTrained, _trained);
        if (store.TryLoad(exchange))
        {
            return true;
        }

        (_asTrained, _trained) = (asTrained, trained);
        before.Restore();
        return false;
    }

    /// <summary>Writes what a checkpoint begins with, or sets it.</summary>
    private void Exchange(StateStream state)
    {
        _earlyEnd.Exchange(state);
        _taken.Exchange(state);
        _asTrained = Exchange(state, _asTrained);
        _trained = Exchange(state, _trained);
    }

    private static TrainedNetwork? Exchange(StateStream state, TrainedNetwork? trained) =>
        state.Flag(trained is not null) ? TrainedNetwork.Exchange(state, trained) : null;

    /// <summary>Writes the trained network with all that is known of it, or sets it.</summary>
    private void ExchangeTraining(StateStream state)
    {
        ModuleState.Exchange(state, _network.Module);
        _asTrained = TrainedNetwork.Exchange(state, _asTrained);
        _record.Exchange(state);
    }

    /// <summary>Writes what the network is compared with, or sets it.</summary>
    private void ExchangeBaseline(StateStream state)
    {
        _trained = TrainedNetwork.Exchange(state, _trained);
        _record.ExchangeEpochs(state, RunPhase.Baseline);
    }

    private void Warn(string code, string text)
    {
        _record.Warn(code, text);
        _warn(code, text);
    }

    private IReadOnlyList<Tensor> FirstExamples() => _data.Train.First(Math.Min(_data.Train.Count, NetworkMaps.Examples));

    private CompressedNetwork Compress(ModelNetwork network, NetworkProbe probe) => new(network, probe, _map, _job.Settings);

    private RunSetup SetupOf(CheckedModel model) => new(model, _job, _networks, _data, _record, _store, _taken, _earlyEnd, Exchange, _report, _cancellation);
}
