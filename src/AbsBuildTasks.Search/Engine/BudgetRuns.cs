using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Structure;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// Runs a search for each budget of a job: trains once in full precision, then for each budget searches and fine-tunes
/// from those weights, with the same seeds. A budget's plan is so the one that a job of its own would find.
/// </summary>
/// <remarks>A checkpoint begins with what is done of this, and goes on with the state of the run at hand.</remarks>
internal sealed class BudgetRuns
{
    private readonly IAbsModel _model;
    private readonly SearchJob _job;
    private readonly NetworkFactory _networks;
    private readonly ModelNetwork _network;
    private readonly ModelData _data;
    private readonly CheckpointStore _store;
    private readonly Action<SearchProgress> _report;
    private readonly CancellationToken _cancellation;
    private readonly NetworkProbe _probe;
    private readonly ChannelMap _map;
    private readonly RunRecord _record;
    private readonly Budget[] _sweep;
    private readonly StateCopy _weights;
    private readonly List<CompressionPlan> _plans = [];
    private TrainedNetwork? _trained;
    private int _swept;

    /// <summary>Looks at the network.</summary>
    /// <param name="model">The model project's contract.</param>
    /// <param name="job">What to search, and how.</param>
    /// <param name="networks">Makes further networks of the model.</param>
    /// <param name="network">The network, on the job's device, with its starting weights if there are any.</param>
    /// <param name="data">The data, whose batches go there.</param>
    /// <param name="store">Keeps the state.</param>
    /// <param name="report">Called at the end of every epoch.</param>
    /// <param name="cancellation">Stops a run within a step.</param>
    public BudgetRuns(IAbsModel model, SearchJob job, NetworkFactory networks, ModelNetwork network, ModelData data, CheckpointStore store, Action<SearchProgress> report, CancellationToken cancellation)
    {
        (_model, _job, _networks, _network, _data, _store, _report, _cancellation) = (model, job, networks, network, data, store, report, cancellation);
        _record = new RunRecord(job);
        _sweep = job.Lock is not null ? [] : [.. job.Settings.Sweep.Where(budget => budget != job.Settings.Budget)];
        _weights = new StateCopy(state => ModuleState.Exchange(state, network.Module));
        _probe = NetworkProbe.Run(network, data.Train.First(Math.Min(data.Train.Count, NetworkMaps.Examples)));
        NetworkProbe.RunOnce(network, data.Test.First(Math.Min(data.Test.Count, 2)));
        if (_probe.LeftAlone.Count > 0)
        {
            job.Warn(AbsCodes.LayersLeftAlone, $"The search neither compresses nor counts {string.Join(", ", _probe.LeftAlone)}; budget and plan speak of the other layers only.");
        }

        _map = NetworkMaps.Of(networks, network, _probe, data, job, cancellation);
    }

    /// <summary>Runs them all; the job's own budget comes last and leaves the network as its plan says.</summary>
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

        while (_swept < _sweep.Length)
        {
            _job.Tell(FormattableString.Invariant($"sweep {_swept + 1}/{_sweep.Length}: {_sweep[_swept]}"));
            _plans.AddRange(PlanOf(_sweep[_swept], saved));
            saved = null;
            _weights.Restore();
            _swept++;
        }

        if (_sweep.Length > 0)
        {
            _job.Tell($"the model's own budget: {_job.Settings.Budget}");
        }

        var compressed = Compress();
        try
        {
            var run = RunOf(_job, compressed, _record);
            var metric = run.Run(_trained!, saved);
            var plan = PlanBuilder.Build(_job, compressed, metric);
            return new SearchResult(plan, _plans, _record.ToJson(), compressed, new DeliveryCheck(_model, _job, _networks, _data, compressed, plan, run.Metric));
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
        if (_job.Lock is { } plan)
        {
            // Told before any training.
            _ = GivenDecisions.Of(plan, compressed);
        }

        ReachableRange.Of(compressed).Require(_job.Settings.Budget);

        _trained = RunOf(_job, compressed, _record).Train(saved);
        if (_sweep.Length > 0)
        {
            _weights.Take();
        }
    }

    /// <summary>The plan of a budget of the sweep; none, and a warning, where it cannot be met.</summary>
    private IEnumerable<CompressionPlan> PlanOf(Budget budget, StateStream? saved)
    {
        var job = _job with { Settings = _job.Settings with { Budget = budget } };
        using var compressed = Compress();
        try
        {
            ReachableRange.Of(compressed).Require(budget);
            var metric = RunOf(job, compressed, new RunRecord(job)).Run(_trained!, saved);
            return [PlanBuilder.Build(job, compressed, metric)];
        }
        catch (AbsException exception) when (SweepMiss.IsOne(exception))
        {
            _job.Warn(exception.Code, SweepMiss.Of(budget, exception).Reason);
            return [];
        }
    }

    /// <summary>Writes what is done before the run at hand, or sets it.</summary>
    private void Exchange(StateStream state)
    {
        if (!state.Flag(_trained is not null))
        {
            return;
        }

        _trained = TrainedNetwork.Exchange(state, _trained);
        _swept = state.Integer(_swept, 0, _sweep.Length);
        if (_swept < _sweep.Length)
        {
            _weights.Exchange(state);
            _record.Exchange(state);
        }

        var count = state.Integer(_plans.Count, 0, _swept);
        for (var i = 0; i < count; i++)
        {
            var text = state.Text(state.IsReading ? "" : PlanJson.Write(_plans[i]));
            if (state.IsReading)
            {
                _plans.Add(Read(text));
            }
        }
    }

    private static CompressionPlan Read(string text)
    {
        try
        {
            return PlanJson.Read(text, "plan");
        }
        catch (AbsException exception)
        {
            throw new CheckpointException("holds a plan that cannot be read", exception);
        }
    }

    private CompressedNetwork Compress() => new(_network, _probe, _map, _job.Settings);

    private SearchRun RunOf(SearchJob job, CompressedNetwork compressed, RunRecord record) =>
        new(_model, job, compressed, _data, record, _store, Exchange, Report, _cancellation);

    private void Report(SearchProgress progress) =>
        _report(progress with { Done = progress.Done + (_swept * (_job.Settings.SearchEpochs + _job.Settings.FineTuneEpochs)) });
}
