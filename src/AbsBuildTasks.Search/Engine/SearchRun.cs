using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// The phases of one search: full-precision training, calibration, search, freezing, fine-tuning, evaluation.
/// </summary>
internal sealed class SearchRun
{
    // Enough batches for stable intervals.
    private const int CalibrationBatches = 4;

    // Examples on which the last decisions are weighed.
    private const int LandingExamples = 512;

    private readonly IAbsModel _model;
    private readonly SearchJob _job;
    private readonly CompressedNetwork _network;
    private readonly ModelData _data;
    private readonly RunRecord _record;
    private readonly Action<SearchProgress> _report;
    private readonly CancellationToken _cancellation;
    private readonly Trainer _trainer;
    private readonly Evaluator _evaluator;
    private readonly CheckpointStore _store;
    private readonly StagedRun _stages;
    private double _fullPrecision;

    /// <summary>Prepares a run.</summary>
    /// <param name="model">The model project's contract.</param>
    /// <param name="job">What to search, and how.</param>
    /// <param name="network">The network, still in full precision.</param>
    /// <param name="data">The data, on the network's device.</param>
    /// <param name="record">Receives every epoch.</param>
    /// <param name="store">Keeps the run's state.</param>
    /// <param name="report">Called at the end of every epoch.</param>
    /// <param name="cancellation">Stops the run within a step.</param>
    public SearchRun(
        IAbsModel model,
        SearchJob job,
        CompressedNetwork network,
        ModelData data,
        RunRecord record,
        CheckpointStore store,
        Action<SearchProgress> report,
        CancellationToken cancellation)
    {
        _model = model;
        _job = job;
        _network = network;
        _data = data;
        _record = record;
        _store = store;
        _report = report;
        _cancellation = cancellation;
        _stages = new StagedRun(store, Exchange);
        _trainer = new Trainer(model, network.Network.Module, data, job, BeforeStep);
        _evaluator = new Evaluator(model, network.Network.Module, cancellation);
    }

    private SearchSettings Settings => _job.Settings;

    /// <summary>Runs all phases; leaves the network frozen and trained.</summary>
    /// <param name="saved">The state of an earlier run to go on from, or null.</param>
    /// <returns>The metric before and after.</returns>
    /// <exception cref="CheckpointException">The saved state does not fit; the network has been changed.</exception>
    public PlanMetric Run(StateStream? saved)
    {
        try
        {
            return RunStages(saved);
        }
        finally
        {
            _trainer.Teacher?.Dispose();
        }
    }

    private PlanMetric RunStages(StateStream? saved)
    {
        if (saved is not null)
        {
            _stages.Resume(saved);
            _job.Tell($"resuming at {Place()}");
        }

        _stages.Do(RunStage.Train, FullPrecision);
        _stages.Do(RunStage.Calibrate, Calibrate);
        _stages.Do(RunStage.Search, Search);
        _stages.Do(RunStage.Freeze, Freeze);
        FineTune();

        var compressed = Metric(_network.Run);
        Report(new SearchProgress("evaluate", 1, 1, Metric: compressed));
        return new PlanMetric { Name = _model.MetricName, FullPrecision = _fullPrecision, Compressed = compressed };
    }

    private void FullPrecision()
    {
        if (_job.Checkpoint is { } checkpoint)
        {
            LoadWeights(checkpoint);
        }
        else
        {
            using var optimizer = Optimizers.Of(_network.Parameters, Settings, Settings.LearningRate);
            Plain("train", (Settings.TrainEpochs, Settings.LearningRate), _network.Network.Call, optimizer);
        }

        var metric = Metric(_network.Network.Call);
        _fullPrecision = double.IsFinite(metric)
            ? metric
            : throw new AbsException(AbsCodes.ModelCodeFailed, $"The metric {_model.MetricName} of the full-precision network is not a finite number; check IAbsModel.Metric.");
        _trainer.Teacher = NewTeacher();
    }

    private void LoadWeights(string checkpoint)
    {
        try
        {
            _model.LoadWeights(_network.Network.Module, checkpoint);
        }
        catch (Exception exception) when (exception is not AbsException)
        {
            throw new AbsException(
                AbsCodes.InvalidCheckpoint,
                $"Checkpoint '{Path.GetFileName(checkpoint)}' does not load into the network ({exception.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}); save it again from the network that CreateNetwork returns.",
                exception);
        }
    }

    private void Calibrate()
    {
        Seed();
        _network.Calibrate(Sample(Settings.BatchSize).Take(CalibrationBatches).Select(batch => batch.Inputs));
        Report(new SearchProgress("calibrate", 1, 1));
    }

    private void Search()
    {
        var schedule = new BudgetSchedule(ReachableRange.Of(_network).Most, Settings.Budget.RelativeBops);
        using var search = new SearchPhase(_network, _trainer, schedule, Settings);
        foreach (var epoch in _stages.Epochs(Settings.SearchEpochs, search.Exchange))
        {
            var loss = search.Epoch(_stages.Epoch);
            var metric = Metric(_network.Run);
            var progress = new SearchProgress("search", epoch, Settings.SearchEpochs, loss, metric, GateCost.RelativeBops(_network));
            Report(progress, search.Lambda, schedule.Target((double)epoch / Settings.SearchEpochs), _network);
        }
    }

    private void Freeze()
    {
        Seed();
        var chosen = _network.Decisions();
        var some = Sample(LandingExamples).Select(batch => new LabelledData(batch.Inputs, batch.Targets)).First();
        var landing = new BudgetLanding(_network, Settings.Budget.RelativeBops, decisions =>
        {
            _network.Freeze(decisions);
            return _evaluator.Loss(_network.Run, some);
        });
        _network.Freeze(landing.Land(chosen));
        Report(new SearchProgress("freeze", 1, 1, RelativeBops: GateCost.RelativeBops(_network)), network: _network);
    }

    private void FineTune()
    {
        var rate = Settings.FineTuneLearningRate ?? Settings.LearningRate;
        using (var optimizer = Optimizers.Of(_network.Parameters, Settings, rate))
        {
            Plain("fine-tune", (Settings.FineTuneEpochs, rate), _network.Run, optimizer, GateCost.RelativeBops(_network), TrainIntervals);
        }

        Seed();
        var batches = Batches.Shuffled(_data.Train, Settings.BatchSize, Settings.Seed, _stages.Epoch, _data.Augmentation);
        BatchNormStatistics.Reestimate(_network.Network.Module, _network.Run, batches);

        void TrainIntervals(double factor)
        {
            _network.CollectGradients();
            foreach (var interval in _network.Intervals)
            {
                interval.Step(factor * Optimizers.IntervalRate(Settings, rate));
            }
        }
    }

    private void Plain(
        string phase,
        (int Epochs, double Rate) training,
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run,
        optim.Optimizer optimizer,
        double? relativeBops = null,
        Action<double>? afterBackward = null)
    {
        foreach (var epoch in _stages.Epochs(training.Epochs, state => OptimizerMemory.Exchange(state, optimizer)))
        {
            var loss = _trainer.PlainEpoch(_stages.Epoch, (epoch - 1, training.Epochs, training.Rate), run, optimizer, afterBackward);
            Report(new SearchProgress(phase, epoch, training.Epochs, loss, Metric(run), relativeBops));
        }
    }

    /// <summary>Where the run stands, in the words of its reports.</summary>
    private string Place() => _stages.Stage switch
    {
        RunStage.Train => Epoch("train", Settings.TrainEpochs),
        RunStage.Calibrate => "calibrate",
        RunStage.Search => Epoch("search", Settings.SearchEpochs),
        RunStage.Freeze => "freeze",
        _ => Epoch("fine-tune", Settings.FineTuneEpochs),
    };

    private string Epoch(string phase, int epochs) => string.Create(CultureInfo.InvariantCulture, $"{phase} {Math.Min(_stages.Done + 1, epochs)}/{epochs}");

    /// <summary>Writes the run's state, or sets it.</summary>
    private void Exchange(StateStream state)
    {
        if (_stages.Stage > RunStage.Train)
        {
            _fullPrecision = state.Number(_fullPrecision);
            _trainer.Teacher ??= NewTeacher();
            _trainer.Teacher?.Exchange(state);
        }

        _trainer.Exchange(state);
        _record.Exchange(state);
        _network.Exchange(state);
    }

    private Teacher? NewTeacher() => Settings.Distillation > 0 ? new Teacher(_model, _network.Network.Module, Settings.Distillation, _job.Device) : null;

    private void BeforeStep()
    {
        if (_cancellation.IsCancellationRequested || _store.IsDue)
        {
            _stages.Save();
        }

        _cancellation.ThrowIfCancellationRequested();
    }

    private double Metric(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run)
    {
        Seed();
        return _evaluator.Metric(run, _data.Test);
    }

    private void Seed() => SearchSeed.Set(_job, _stages.Epoch, SearchSeed.BetweenEpochs);

    /// <summary>Training batches that no epoch has in this order, mixed however the data is sorted.</summary>
    private IEnumerable<Batch> Sample(int batchSize) =>
        Batches.Shuffled(_data.Train, Math.Min(batchSize, _data.Train.Count), Settings.Seed, epoch: -1);

    private void Report(SearchProgress progress, double? lambda = null, double? target = null, CompressedNetwork? network = null)
    {
        _cancellation.ThrowIfCancellationRequested();
        _record.Add(progress, lambda, target, network);
        _report(progress);
    }
}
