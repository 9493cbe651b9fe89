using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Training;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// The phases of one search: full-precision training, more of it to compare with, calibration, search, freezing,
/// fine-tuning, evaluation.
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
    private readonly MetricStudy _study;
    private readonly CheckpointStore _store;
    private readonly StagedRun _stages;
    private readonly BaselineStage _baseline;
    private readonly DecisionStage _decisions;

    /// <summary>Prepares a run.</summary>
    /// <param name="model">The model project's contract.</param>
    /// <param name="job">What to search, and how.</param>
    /// <param name="network">The network, still in full precision.</param>
    /// <param name="data">The data, whose batches go to the network's device.</param>
    /// <param name="record">Receives every epoch.</param>
    /// <param name="store">Keeps the run's state.</param>
    /// <param name="before">Writes what a checkpoint of the run begins with.</param>
    /// <param name="report">Called at the end of every epoch.</param>
    /// <param name="cancellation">Stops the run within a step.</param>
    public SearchRun(
        IAbsModel model,
        SearchJob job,
        CompressedNetwork network,
        ModelData data,
        RunRecord record,
        CheckpointStore store,
        Action<StateStream> before,
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
        _stages = new StagedRun(store, before, Exchange);
        _trainer = new Trainer(model, network.Network.Module, data, job, BeforeStep);
        _evaluator = new Evaluator(model, network.Network.Module, data, cancellation);
        _study = new MetricStudy(model, network.Network.Module, cancellation);
        _baseline = new BaselineStage(network.Exchange);
        _decisions = new DecisionStage(job, network, _evaluator, Sample(LandingExamples).Select(batch => new LabelledData(batch.Inputs, batch.Targets)).First(), Seed);
    }

    private SearchSettings Settings => _job.Settings;

    private RatePart SearchRate => new(Settings.SearchEpochs, Settings.SearchLearningRate ?? Settings.LearningRate, RateSchedule.Constant);

    private RatePart FineTuneRate => new(Settings.FineTuneEpochs, Settings.FineTuneLearningRate ?? Settings.LearningRate, Settings.Schedule);

    /// <summary>
    /// The first stages: trains the network in full precision, unless it has starting weights, and finds out what it is to
    /// be compared with.
    /// </summary>
    /// <param name="saved">The state of an earlier run to go on from, or null.</param>
    /// <exception cref="CheckpointException">The saved state does not fit; the network has been changed.</exception>
    public TrainedNetwork Train(StateStream? saved)
    {
        if (saved is not null)
        {
            Resume(saved);
        }

        _stages.Do(RunStage.Train, () =>
        {
            if (_job.Checkpoint is null)
            {
                using var optimizer = Optimizers.Of(_network.Parameters, Settings, Settings.LearningRate);
                Plain("train", [new(Settings.TrainEpochs, Settings.LearningRate, Settings.Schedule)], _network.Network.Call, optimizer);
            }

            var metric = _evaluator.RequireFinite(Metric(_network.Network.Call), "full-precision");
            _baseline.Begin(new TrainedNetwork(metric, _decisions.Measure(_network.Network.Call), _stages.Epoch, Study(_network.Network.Call).IsAtChance(metric)));
        });
        var trained = Baseline();
        WarnOfChance(trained);
        return trained;
    }

    /// <summary>All further stages; leaves the network frozen and trained.</summary>
    /// <param name="trained">What the first stage returned; the network is as it was then, unless there is a saved state.</param>
    /// <param name="saved">The state of an earlier run to go on from, or null.</param>
    /// <returns>The metric before and after.</returns>
    /// <exception cref="AbsException">ABS3007: no plan loses as little as the budget allows.</exception>
    /// <exception cref="CheckpointException">The saved state does not fit; the network has been changed.</exception>
    public PlanMetric Run(TrainedNetwork trained, StateStream? saved)
    {
        _decisions.FullPrecision = trained.SampleMetric;
        try
        {
            if (saved is not null)
            {
                // The build that trained the network has told it, and has ended without a plan.
                WarnOfChance(trained);
                Resume(saved);
            }
            else
            {
                _stages.Start(RunStage.Calibrate, trained.Epochs);
            }

            _stages.Do(RunStage.Calibrate, Calibrate);
            _stages.Do(RunStage.Search, _job.Lock is null ? Search : () => Settle(_job.Lock));
            return Deliver(trained);
        }
        finally
        {
            _trainer.Teacher?.Dispose();
            _decisions.End();
        }
    }

    /// <summary>Warns of a full-precision network that has learned nothing.</summary>
    public void WarnOfChance(TrainedNetwork trained)
    {
        if (trained.IsAtChance)
        {
            _job.Warn(AbsCodes.NoBetterThanChance, string.Create(CultureInfo.InvariantCulture, $"The full-precision network has a {_model.MetricName} of {Quantity.Metric(trained.Metric)}, which is no better than the same answer for every example: a plan of it means nothing. Train it longer (TrainEpochs), or check LearningRate, the data and its targets."));
        }
    }

    private void Resume(StateStream saved)
    {
        _stages.Resume(saved);
        _job.Tell($"resuming at {Place()}");
    }

    /// <summary>
    /// Trains on in full precision as long as a plan's weights will train after they have left it, at the same rates and
    /// with the same batches, and takes the better metric; the network itself stays as it was.
    /// </summary>
    private TrainedNetwork Baseline()
    {
        var (metric, sample) = (double.NaN, double.NaN);
        try
        {
            if (Settings.BaselineEpochs() > 0)
            {
                using var optimizer = Optimizers.Of(_network.Parameters, Settings, SearchRate.Rate);
                Plain("baseline", [SearchRate, FineTuneRate], _network.Network.Call, optimizer);
            }

            Reestimate(_network.Network.Call);
            (metric, sample) = (Metric(_network.Network.Call), _decisions.Measure(_network.Network.Call));
        }
        catch (AbsException exception) when (exception.Code is AbsCodes.Diverged or AbsCodes.OutputNotFinite or AbsCodes.DataNotFinite)
        {
            _job.Tell("in full precision the network diverges where it trains on; it is compared with as it was trained");
        }

        return _baseline.End(metric, sample, () => Study(_network.Network.Call).IsAtChance(metric));
    }

    /// <summary>Freezes and fine-tunes, under dearer decisions again as long as the network loses more than the budget allows.</summary>
    private PlanMetric Deliver(TrainedNetwork trained)
    {
        while (true)
        {
            _stages.Do(RunStage.Freeze, Freeze);
            FineTune();
            var compressed = _evaluator.RequireFinite(Metric(_network.Run), "compressed");
            var worth = Study(_network.Run);
            var metric = new PlanMetric
            {
                Name = _model.MetricName,
                FullPrecision = trained.Metric,
                Compressed = compressed,
                Baseline = Settings.Baseline,
                Examples = _data.Test.Count,
                Noise = worth.Noise,
            };
            Report(new SearchProgress("evaluate", 1, 1, Metric: metric.Compressed));
            if (Settings.Budget.AllowsDrop(metric.FullPrecision, metric.Compressed, _job.Lock is null ? 0 : metric.Noise ?? 0))
            {
                if (!trained.IsAtChance && worth.IsAtChance(compressed))
                {
                    _job.Warn(AbsCodes.NoBetterThanChance, string.Create(CultureInfo.InvariantCulture, $"The compressed network has a {_model.MetricName} of {Quantity.Metric(compressed)}, which is no better than the same answer for every example, and had {Quantity.Metric(trained.Metric)} in full precision. Raise the budget {Settings.Budget}, or give SearchEpochs and FineTuneEpochs more time."));
                }

                return metric;
            }

            _decisions.Miss(metric);
            _stages.Repeat(RunStage.Freeze);
        }
    }

    private MetricWorth Study(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run)
    {
        Seed();
        return _study.Of(run, _data.Test);
    }

    private void Calibrate()
    {
        _trainer.Teacher = NewTeacher();
        Seed();
        _network.Calibrate(Sample(Settings.BatchSize).Take(CalibrationBatches).Select(batch => batch.Inputs));
        Report(new SearchProgress("calibrate", 1, 1));
    }

    private void Search()
    {
        var steering = new CostSteering(Settings.Budget, ReachableRange.Of(_network), Settings.SearchEpochs);
        using var search = new SearchPhase(_network, _trainer, steering, Settings);
        foreach (var epoch in _stages.Epochs(Settings.SearchEpochs, search.Exchange))
        {
            if (!search.IsWithinEpoch)
            {
                steering.BeginEpoch(epoch - 1, NetworkCost.Of(_network, _network.Decisions()), Settings.Budget.Drop is null || _decisions.IsGood());
            }

            var loss = search.Epoch(_stages.Epoch);
            var metric = Metric(_network.Run);
            var progress = new SearchProgress("search", epoch, Settings.SearchEpochs, loss, metric, NetworkCost.Relative(_network));
            Report(progress, search.Prices, steering.Target((double)epoch / Settings.SearchEpochs), _network);
        }
    }

    private void Freeze()
    {
        _decisions.Freeze();
        Report(new SearchProgress("freeze", 1, 1, RelativeBops: NetworkCost.Relative(_network)), network: _network);
    }

    /// <summary>
    /// In place of a search: as many steps under given decisions, as weights that were searched have had them, too.
    /// </summary>
    private void Settle(CompressionPlan plan)
    {
        _network.Freeze(GivenDecisions.Of(plan, _network));
        TrainFrozen("settle", SearchRate);
    }

    private void FineTune()
    {
        TrainFrozen("fine-tune", FineTuneRate);
        Reestimate(_network.Run);
    }

    private void TrainFrozen(string phase, RatePart part)
    {
        using var optimizer = Optimizers.Of(_network.Parameters, Settings, part.Rate);
        Plain(phase, [part], _network.Run, optimizer, NetworkCost.Relative(_network), TrainIntervals);

        void TrainIntervals(double factor)
        {
            _network.CollectGradients();
            foreach (var interval in _network.Intervals)
            {
                interval.Step(factor * Optimizers.IntervalRate(Settings, part.Rate));
            }
        }
    }

    private void Reestimate(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run)
    {
        Seed();
        var batches = Batches.Shuffled(_data.Train, Settings.BatchSize, Settings.Seed, _stages.Epoch, _data.Augmentation);
        BatchNormStatistics.Reestimate(_network.Network.Module, run, batches, _cancellation);
    }

    private void Plain(
        string phase,
        IReadOnlyList<RatePart> parts,
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run,
        optim.Optimizer optimizer,
        double? relativeBops = null,
        Action<double>? afterBackward = null)
    {
        var epochs = parts.Sum(part => part.Epochs);
        foreach (var epoch in _stages.Epochs(epochs, state => OptimizerMemory.Exchange(state, optimizer)))
        {
            var (part, done) = RatePart.At(parts, epoch - 1);
            var loss = _trainer.PlainEpoch(_stages.Epoch, (done, part.Epochs, part.Rate), run, optimizer, afterBackward, part.Schedule);
            Report(new SearchProgress(phase, epoch, epochs, loss, Metric(run), relativeBops));
        }
    }

    /// <summary>Where the run stands, in the words of its reports.</summary>
    private string Place() => _stages.Stage switch
    {
        RunStage.Train => Epoch("train", Settings.TrainEpochs),
        RunStage.Baseline => Epoch("baseline", Settings.BaselineEpochs()),
        RunStage.Calibrate => "calibrate",
        RunStage.Search => Epoch(_job.Lock is null ? "search" : "settle", Settings.SearchEpochs),
        RunStage.Freeze => "freeze",
        _ => Epoch("fine-tune", Settings.FineTuneEpochs),
    };

    private string Epoch(string phase, int epochs) => string.Create(CultureInfo.InvariantCulture, $"{phase} {Math.Min(_stages.Done + 1, epochs)}/{epochs}");

    /// <summary>Writes the run's state, or sets it.</summary>
    private void Exchange(StateStream state)
    {
        if (_stages.Stage > RunStage.Calibrate)
        {
            _trainer.Teacher ??= NewTeacher();
            _trainer.Teacher?.Exchange(state);
        }

        if (_stages.Stage == RunStage.Baseline)
        {
            _baseline.Exchange(state);
        }

        _decisions.Exchange(state, _stages.Stage);
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

    /// <summary>The metric on the test data, under the seed of the run's latest epoch.</summary>
    /// <param name="run">Runs a batch.</param>
    public double Metric(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run)
    {
        Seed();
        return _evaluator.Metric(run, _data.Test);
    }

    private void Seed() => SearchSeed.Set(_job, _stages.Epoch, SearchSeed.BetweenEpochs);

    /// <summary>Training batches that no epoch has in this order, mixed however the data is sorted.</summary>
    private IEnumerable<Batch> Sample(int batchSize) =>
        Batches.Shuffled(_data.Train, Math.Min(batchSize, _data.Train.Count), Settings.Seed, epoch: -1);

    private void Report(SearchProgress progress, PerCost<double>? prices = null, double? target = null, CompressedNetwork? network = null)
    {
        _cancellation.ThrowIfCancellationRequested();
        _record.Add(progress, prices, target, network);

        // Epochs of the baseline are none of the run's own: those that follow have the numbers, and so the seeds, of a run without.
        var baseline = _stages.Stage > RunStage.Baseline ? Settings.BaselineEpochs() : 0;
        _report(progress with { Done = _stages.Epoch + baseline + (_stages.IsTraining ? 1 : 0) });
    }
}
