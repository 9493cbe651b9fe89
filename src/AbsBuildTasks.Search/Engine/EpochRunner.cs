using System.Diagnostics;
using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Training;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Trains and measures the network of one run, an epoch at a time, and tells of each.</summary>
internal sealed class EpochRunner
{
    private readonly RunSetup _setup;
    private readonly CompressedNetwork _network;
    private readonly FurtherMeasures _further;
    private readonly QuietLoss _loss;
    private long? _told;

    /// <summary>Prepares for a run.</summary>
    /// <param name="setup">What the run is given.</param>
    /// <param name="network">The network, still in full precision.</param>
    /// <param name="exchange">Writes what the run consists of, or sets it.</param>
    public EpochRunner(RunSetup setup, CompressedNetwork network, Action<StateStream> exchange)
    {
        (_setup, _network) = (setup, network);
        var module = network.Network.Module;
        Stages = new StagedRun(setup.Store, setup.Before, exchange, setup.Cancellation);
        Trainer = new Trainer(setup.Model, module, setup.Data, setup.Job, BeforeStep);
        Evaluator = new Evaluator(setup.Model, module, setup.Data, setup.Cancellation);
        _further = new FurtherMeasures(setup, module);

        // That rounding ends within a measurement is the network's doing, and not the loss's.
        _loss = new QuietLoss(setup.Model, module, network.ExchangeLayers, setup.Data.Test);
    }

    /// <summary>Where the run stands.</summary>
    public StagedRun Stages { get; }

    /// <summary>Takes the steps of an epoch.</summary>
    public Trainer Trainer { get; }

    /// <summary>Measures the network.</summary>
    public Evaluator Evaluator { get; }

    /// <summary>How the run searches.</summary>
    public SearchSettings Settings => _setup.Job.Settings;

    /// <summary>The rate of the weights while the search runs.</summary>
    public RatePart SearchRate => new(Settings.SearchEpochs, Settings.SearchLearningRate ?? Settings.LearningRate, RateSchedule.Constant);

    /// <summary>The rate of the weights in fine-tuning.</summary>
    public RatePart FineTuneRate => new(Settings.FineTuneEpochs, Settings.FineTuneLearningRate ?? Settings.LearningRate, Settings.Schedule);

    /// <summary>Writes what lasts from one epoch to the next beside the network, or sets it.</summary>
    public void Exchange(StateStream state)
    {
        Trainer.Exchange(state);
        _loss.Exchange(state);
    }

    /// <summary>Trains for the epochs that are still to run of the present stage.</summary>
    /// <param name="parts">Epochs and rates, one part after the other.</param>
    /// <param name="run">Runs a batch.</param>
    /// <param name="optimizer">Takes the steps.</param>
    /// <param name="relativeBops">What the network costs, for reports; null in full precision.</param>
    /// <param name="afterBackward">Trains what the optimizer does not, at a share of its rate.</param>
    /// <param name="beforeEpoch">Called with the number of epochs that are done, before the first step of each further one.</param>
    public void Train(
        IReadOnlyList<RatePart> parts,
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run,
        optim.Optimizer optimizer,
        double? relativeBops = null,
        Action<double>? afterBackward = null,
        Action<int>? beforeEpoch = null)
    {
        var epochs = parts.Sum(part => part.Epochs);
        foreach (var epoch in Epochs(epochs, state => OptimizerMemory.Exchange(state, optimizer)))
        {
            if (Trainer.StepsDone == 0)
            {
                beforeEpoch?.Invoke(epoch - 1);
            }

            var (part, done) = RatePart.At(parts, epoch - 1);
            var loss = Trainer.PlainEpoch(Stages.Epoch, (done, part.Epochs, part.Rate), run, optimizer, afterBackward, part.Schedule);
            var (metric, testLoss) = Measure(run);
            Report(new SearchProgress(Phase, epoch, epochs, loss, metric, relativeBops) { TestLoss = testLoss });
        }
    }

    /// <summary>The epochs of the present stage that are still to run, from 1: until they are done, bring nothing any more, or are ended.</summary>
    /// <param name="count">Epochs of the stage.</param>
    /// <param name="training">Exchanges what the stage adds to the state while it trains.</param>
    public IEnumerable<int> Epochs(int count, Action<StateStream> training) =>
        Stages.Epochs(count, training, () => Trainer.StepsDone == 0 && (IsToEnd() || IsIdle(count)));

    /// <summary>Takes the statistics of batch normalisations anew.</summary>
    /// <param name="run">Runs a batch.</param>
    public void Reestimate(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run)
    {
        Seed();
        var batches = Batches.Shuffled(_setup.Data.Train, Settings.BatchSize, Settings.Seed, Stages.Epoch, _setup.Data.Augmentation);
        BatchNormStatistics.Reestimate(_network.Network.Module, run, batches, _setup.Cancellation);
    }

    /// <summary>The metric on the test data, under the seed of the run's latest epoch.</summary>
    /// <param name="run">Runs a batch.</param>
    public double Metric(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run)
    {
        Seed();
        return Evaluator.Metric(run, _setup.Data.Test);
    }

    /// <summary>The same metric, and the mean loss on the test data; null where that is not known.</summary>
    /// <param name="run">Runs a batch.</param>
    public (double Metric, double? Loss) Measure(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run) => _loss.Beside(run, loss =>
    {
        Seed();
        return (Evaluator.Metric(run, _setup.Data.Test, (outputs, batch) => loss?.Add(outputs, batch)), loss?.Mean);
    });

    /// <summary>The same metric, what it is worth, and what else the network does on the test data.</summary>
    /// <param name="run">Runs a batch.</param>
    public (double Metric, MetricWorth Worth, RunTest Test) Study(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run) => _loss.Beside(run, loss =>
    {
        var test = new TestStudy(loss);
        Seed();
        var (metric, worth) = Evaluator.Study(run, _setup.Data.Test, test.Add);
        return (metric, worth, test.Result());
    });

    /// <summary>The further metrics on the test data.</summary>
    /// <param name="run">Runs a batch.</param>
    public IReadOnlyList<double> Further(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run)
    {
        Seed();
        return _further.Of(run);
    }

    /// <summary>What a plan says of the further metrics.</summary>
    /// <param name="run">Runs a batch of the compressed network.</param>
    /// <param name="trained">The network in full precision.</param>
    public IReadOnlyList<PlanMetric> Compared(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, TrainedNetwork trained)
    {
        Seed();
        return _further.Compared(run, trained.Further);
    }

    /// <summary>Training batches that no epoch has in this order, mixed however the data is sorted.</summary>
    public IEnumerable<Batch> Sample(int batchSize) =>
        Batches.Shuffled(_setup.Data.Train, Math.Min(batchSize, _setup.Data.Train.Count), Settings.Seed, epoch: -1);

    /// <summary>Sets the generators for what is not part of an epoch.</summary>
    public void Seed() => SearchSeed.Set(_setup.Job, Stages.Epoch, SearchSeed.BetweenEpochs);

    /// <summary>Tells of an epoch, or of a step between epochs, and writes it down.</summary>
    /// <param name="progress">What to tell.</param>
    /// <param name="prices">What cost weighed, while searching.</param>
    /// <param name="target">The cost to arrive at, while searching.</param>
    /// <param name="network">The network whose gates to write down, while searching.</param>
    /// <param name="steps">What one step from the decisions would do, where they were frozen.</param>
    public void Report(SearchProgress progress, PerCost<double>? prices = null, double? target = null, CompressedNetwork? network = null, IReadOnlyList<RunStep>? steps = null)
    {
        _setup.Cancellation.ThrowIfCancellationRequested();
        progress = progress with { Layers = network is null ? [] : LayersOf(network) };
        _setup.Record.Add(progress, prices, target, network, steps);
        _told = Stopwatch.GetTimestamp();
        _setup.Report(progress with { Done = EpochsBefore + (Stages.IsTraining ? 1 : 0) });
    }

    private static IReadOnlyList<RunLayer> LayersOf(CompressedNetwork network) =>
        [.. network.Decisions().Zip(network.Layers, (decision, layer) => new RunLayer(layer.Layer.Shape.Name, decision.WeightBits, decision.ActivationBits, decision.KeptFilters))];

    /// <summary>Where the run stands, in the words of its reports.</summary>
    public string Place() => Stages.Stage switch
    {
        RunStage.Calibrate or RunStage.Freeze => Phase,
        _ => string.Create(CultureInfo.InvariantCulture, $"{Phase} {RunningEpoch}/{PhaseEpochs}"),
    };

    private int PhaseEpochs => Stages.Stage switch
    {
        RunStage.Train => Settings.TrainEpochs,
        RunStage.Baseline => Settings.BaselineEpochs(),
        RunStage.Search => Settings.SearchEpochs,
        _ => Settings.FineTuneEpochs,
    };

    /// <summary>Epochs of the whole search before the one that runs. The run's own numbers, and so its seeds, leave out those of the baseline.</summary>
    private int EpochsBefore => Stages.Epoch + (Stages.Stage > RunStage.Baseline ? Settings.BaselineEpochs() : 0);

    private int RunningEpoch => Math.Min(Stages.Done + 1, PhaseEpochs);

    private string Phase => Stages.Stage switch
    {
        RunStage.Train => RunPhase.Train,
        RunStage.Baseline => RunPhase.Baseline,
        RunStage.Calibrate => RunPhase.Calibrate,
        RunStage.Search => _setup.Job.HeldPlan is null ? RunPhase.Search : RunPhase.Settle,
        RunStage.Freeze => RunPhase.Freeze,
        _ => RunPhase.FineTune,
    };

    /// <summary>Keeps the state if it is time, or if the run is to end; then ends it.</summary>
    /// <returns>Whether the epoch that runs ends here.</returns>
    /// <exception cref="AbsException">ABS3011: the whole run is to end, and its state is kept.</exception>
    public bool BeforeStep()
    {
        KeepOrEnd();
        TellStep();
        return Trainer.StepsDone > 0 && IsToEnd();
    }

    /// <summary>The same before a measurement of decisions, which nothing ends but the end of the run.</summary>
    /// <exception cref="AbsException">ABS3011: the whole run is to end, and its state is kept.</exception>
    public void BeforeMeasurement()
    {
        KeepOrEnd();
        _ = IsToEnd();
    }

    private void TellStep()
    {
        if (Trainer.StepsDone == 0 || (_told is { } last && Stopwatch.GetElapsedTime(last) < _setup.Job.StepInterval))
        {
            return;
        }

        _told = Stopwatch.GetTimestamp();
        _setup.Job.TellStep(new StepEvent(Phase, RunningEpoch, PhaseEpochs, Trainer.StepsDone, Trainer.Steps, EpochsBefore));
    }

    private void KeepOrEnd()
    {
        Stages.Keep(isWithinEpoch: true);
        _setup.Cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Whether the stage that runs trains no further, as somebody asks for that now or has before.</summary>
    private bool IsToEnd()
    {
        var (end, stage) = (_setup.EarlyEnd, Stages.Stage);
        var wish = end.IsOver(stage) ? StopWish.None : end.Look();
        if (wish == StopWish.None)
        {
            return end.IsOver(stage);
        }

        if (wish != StopWish.Leave && stage == RunStage.Freeze)
        {
            _setup.Job.Tell("asked to end the search, which is over: the last decisions are being weighed, and fine-tuning follows as asked");
        }
        else if (wish != StopWish.Leave)
        {
            var ended = new EndedPhase(Phase, Stages.Done, Trainer.StepsDone);
            end.End(stage, ended);
            _setup.Job.Tell($"{(wish == StopWish.OutOfTime ? "out of time (AbsStopAfter)" : "asked to end (abs stop --keep)")}: {ended}");
        }

        var isKept = Stages.KeepNow();
        end.Forget(wish);
        if (wish == StopWish.Leave && isKept)
        {
            throw new AbsException(AbsCodes.Stopped, $"Somebody stopped the search (abs stop) at {Place()}; its state is kept. Build again to go on with it; while it runs, 'abs stop --keep' ends it with a plan of what it has.");
        }

        if (wish == StopWish.Leave)
        {
            _setup.Job.Tell("asked to stop (abs stop), but its state cannot be kept, so the search goes on; 'abs stop --keep' ends it with a plan of what it has");
        }

        return end.IsOver(stage);
    }

    /// <summary>Whether the stage that runs has brought nothing for as many epochs as the settings bear. What a plan is compared with trains on all the same.</summary>
    private bool IsIdle(int count)
    {
        var isIdle = Stages.Stage != RunStage.Baseline && Stages.Done > 0 && Patience.IsOver(Settings.Patience, _setup.Record.Latest(Phase));
        if (isIdle)
        {
            _setup.Job.Tell(string.Create(CultureInfo.InvariantCulture, $"{Phase} ends after {Stages.Done} of {count} epochs, the last {Settings.Patience} of which brought nothing (Patience)"));
        }

        return isIdle;
    }
}
