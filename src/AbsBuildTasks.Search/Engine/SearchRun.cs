using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Runs;
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

    // Whose epochs a kept search has.
    private static readonly string[] SearchedPhases = [RunPhase.Calibrate, RunPhase.Search, RunPhase.Freeze];

    private readonly RunSetup _setup;
    private readonly CompressedNetwork _network;
    private readonly EpochRunner _runner;
    private readonly FullPrecisionStages _fullPrecision;
    private readonly DecisionStage _decisions;
    private readonly SearchedStage _searched;
    private readonly FrozenTraining _frozen;
    private readonly DeliveryStages _delivery;

    /// <summary>Prepares a run.</summary>
    /// <param name="setup">What it is given.</param>
    /// <param name="network">The network, still in full precision.</param>
    public SearchRun(RunSetup setup, CompressedNetwork network)
    {
        (_setup, _network) = (setup, network);
        _runner = new EpochRunner(setup, network, Exchange);
        var sample = _runner.Sample(LandingExamples).Select(batch => new LabelledData(batch.Inputs, batch.Targets)).First();
        var effects = new EffectGatherer(setup.Model, network, sample, setup.Cancellation);
        _decisions = new DecisionStage(setup.Job, network, _runner.Evaluator, sample, effects, (long)Settings.SearchEpochs * setup.Data.Train.Count, _runner.Seed, _runner.BeforeMeasurement);
        _searched = new SearchedStage(setup.Job, setup.Taken, Stages, ExchangeSearched, state => Exchange(state, record => setup.Record.ExchangeEpochs(record, SearchedPhases)), () => _decisions.HasMissed, ForgetSearched);
        _frozen = new FrozenTraining(network, _runner);
        _delivery = new DeliveryStages(setup, network, _runner, _decisions, _searched, _frozen);
        _fullPrecision = new FullPrecisionStages(setup, _runner, network, () => _decisions.Measure(network.Network.Call));
    }

    private SearchJob Job => _setup.Job;

    private SearchSettings Settings => _setup.Job.Settings;

    private StagedRun Stages => _runner.Stages;

    /// <summary>
    /// The first stage: trains the network in full precision, unless it has starting weights.
    /// </summary>
    /// <param name="saved">The state of an earlier run to go on from, or null.</param>
    /// <exception cref="CheckpointException">The saved state does not fit; the network has been changed.</exception>
    public TrainedNetwork Train(StateStream? saved)
    {
        if (saved is not null)
        {
            Resume(saved);
        }

        return _fullPrecision.Train();
    }

    /// <summary>The second stage: has the network train on, to find out what it is to be compared with; it then is as it was.</summary>
    /// <param name="trained">What the first stage returned.</param>
    /// <param name="saved">The state of an earlier run to go on from, or null.</param>
    /// <exception cref="CheckpointException">The saved state does not fit; the network has been changed.</exception>
    public TrainedNetwork TrainOn(TrainedNetwork trained, StateStream? saved)
    {
        if (saved is not null)
        {
            Resume(saved);
        }
        else
        {
            _fullPrecision.Begin(trained);
            Stages.Start(RunStage.Baseline, trained.Epochs);
        }

        var compared = _fullPrecision.TrainOn();
        WarnOfChance(_setup, compared);
        return compared;
    }

    /// <summary>The metric on the test data, under the seed of the run's latest epoch; nothing cancels that, as the run is over.</summary>
    /// <param name="run">Runs a batch.</param>
    public double FinalMetric(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run)
    {
        _runner.Seed();
        return new Evaluator(_setup.Model, _network.Network.Module, _setup.Data, CancellationToken.None).Metric(run, _setup.Data.Test);
    }

    /// <summary>All further stages; leaves the network frozen and trained.</summary>
    /// <param name="trained">What the first stage returned; the network is as it was then, unless there is a saved state.</param>
    /// <param name="saved">The state of an earlier run to go on from, or null.</param>
    /// <returns>The metric before and after, and the further ones.</returns>
    /// <exception cref="AbsException">ABS3007: no plan loses as little as the budget allows.</exception>
    /// <exception cref="CheckpointException">The saved state does not fit; the network has been changed.</exception>
    public (PlanMetric Metric, IReadOnlyList<PlanMetric> Further) Run(TrainedNetwork trained, StateStream? saved)
    {
        _decisions.FullPrecision = trained.SampleMetric;
        try
        {
            if (saved is not null)
            {
                // The build that trained the network has told it, and has ended without a plan.
                WarnOfChance(_setup, trained);
                Resume(saved);
            }
            else
            {
                Stages.Start(RunStage.Calibrate, trained.Epochs);
                if (_setup.EarlyEnd.Ended.Count == 0)
                {
                    _searched.Take(trained.Epochs);
                }
            }

            Stages.Do(RunStage.Calibrate, Calibrate);
            Stages.Do(RunStage.Search, Job.HeldPlan is null ? Search : () => Settle(Job.HeldPlan));
            return _delivery.Run(trained);
        }
        finally
        {
            _runner.Trainer.Teacher?.Dispose();
            _decisions.End();
        }
    }

    /// <summary>Warns of a full-precision network that has learned nothing.</summary>
    public static void WarnOfChance(RunSetup setup, TrainedNetwork trained)
    {
        if (trained.IsAtChance)
        {
            setup.Job.Warn(AbsCodes.NoBetterThanChance, string.Create(CultureInfo.InvariantCulture, $"The full-precision network's {setup.Model.MetricName} is {Quantity.Metric(trained.Metric)}, which is no better than the same answer for every example: a plan of it means nothing. Train it longer (TrainEpochs), or check LearningRate, the data and its targets."));
        }
    }

    private void Resume(StateStream saved)
    {
        Stages.Resume(saved);
        Job.Tell($"resuming at {_runner.Place()}");
    }

    private void Calibrate()
    {
        _runner.Trainer.Teacher = NewTeacher();
        _runner.Seed();
        _network.Calibrate(_runner.Sample(Settings.BatchSize).Take(CalibrationBatches).Select(batch => batch.Inputs));
        _runner.Report(new SearchProgress(RunPhase.Calibrate, 1, 1));
    }

    private void Search()
    {
        var range = ReachableRange.Of(_network);
        var steering = new CostSteering(range.Fit(Settings.Budget), range, Settings.SearchEpochs);
        using var search = new SearchPhase(_network, _runner.Trainer, steering, Settings);
        foreach (var epoch in _runner.Epochs(Settings.SearchEpochs, search.Exchange))
        {
            if (!search.IsWithinEpoch)
            {
                steering.BeginEpoch(epoch - 1, NetworkCost.Of(_network, _network.Decisions()), Settings.Budget.Drop is null || _decisions.IsGood());
            }

            var loss = search.Epoch(Stages.Epoch);
            var (metric, testLoss) = _runner.Measure(_network.Run);
            var progress = new SearchProgress(RunPhase.Search, epoch, Settings.SearchEpochs, loss, metric, NetworkCost.Relative(_network)) { TestLoss = testLoss };
            _runner.Report(progress, search.Prices, steering.Target((double)epoch / Settings.SearchEpochs), _network);
        }
    }

    /// <summary>
    /// In place of a search: as many steps under given decisions, as weights that were searched have had them, too.
    /// </summary>
    private void Settle(CompressionPlan plan)
    {
        _network.Freeze(GivenDecisions.Of(plan, _network));
        _frozen.Train(_runner.SearchRate);
    }

    /// <summary>Writes the run's state, or sets it.</summary>
    private void Exchange(StateStream state) => Exchange(state, _setup.Record.Exchange);

    private void Exchange(StateStream state, Action<StateStream> exchangeRecord)
    {
        if (Stages.Stage > RunStage.Calibrate)
        {
            _runner.Trainer.Teacher ??= NewTeacher();
            _runner.Trainer.Teacher?.Exchange(state);
        }

        _fullPrecision.Exchange(state);
        _decisions.Exchange(state, Stages.Stage);
        ExchangeParts(state);
        exchangeRecord(state);
    }

    /// <summary>Writes what the stages before fine-tuning change, or sets it.</summary>
    private void ExchangeSearched(StateStream state)
    {
        ExchangeParts(state);
        _decisions.Exchange(state, RunStage.FineTune);
    }

    private void ForgetSearched()
    {
        _runner.Trainer.Teacher?.Dispose();
        _runner.Trainer.Teacher = null;
        _setup.Record.Forget(SearchedPhases);
    }

    private void ExchangeParts(StateStream state)
    {
        _runner.Exchange(state);
        _network.Exchange(state);
    }

    private Teacher? NewTeacher() => Settings.Distillation > 0 ? new Teacher(_setup.Model, _network.Network.Module, Settings.Distillation, Job.Device) : null;
}
