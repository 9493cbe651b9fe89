using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// Finds a compression plan: full-precision training, calibration, search, freezing, fine-tuning, evaluation.
/// </summary>
/// <remarks>
/// The same job on the same machine gives the same plan: every source of chance is seeded, and seeded again for each
/// phase, so that a phase does not depend on how its predecessors used theirs.
/// </remarks>
public sealed class SearchEngine
{
    // Enough batches for stable intervals; calibration keeps their activations in memory.
    private const int CalibrationBatches = 4;

    // Examples on which the last decisions are weighed.
    private const int LandingExamples = 512;

    private readonly IAbsModel _model;
    private readonly SearchJob _job;
    private readonly SearchSettings _settings;
    private readonly RunRecord _record;
    private readonly Action<SearchProgress> _report;
    private readonly CancellationToken _cancellation;
    private int _epoch;

    private SearchEngine(IAbsModel model, SearchJob job, Action<SearchProgress> report, CancellationToken cancellation)
    {
        _model = model;
        _job = job;
        _settings = job.Settings.Validated();
        _record = new RunRecord(job);
        _report = report;
        _cancellation = cancellation;
    }

    /// <summary>Runs a search.</summary>
    /// <param name="model">The model project's contract.</param>
    /// <param name="job">What to search, and how.</param>
    /// <param name="report">Called at the end of every epoch.</param>
    /// <param name="cancellation">Stops the search within a step.</param>
    /// <exception cref="AbsException">Any ABS1xxx, ABS2xxx or ABS3xxx code.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public static SearchResult Run(IAbsModel model, SearchJob job, Action<SearchProgress> report, CancellationToken cancellation) =>
        new SearchEngine(model, job, report, cancellation).Run();

    private SearchResult Run()
    {
        using var scope = NewDisposeScope();
        Seed(0);
        var network = _model.CreateNetwork().to(_job.Device);
        CompressedNetwork? compressed = null;
        try
        {
            var data = Load();
            var example = data.Train.Inputs[TensorIndex.Slice(0, 2)];
            var probe = NetworkProbe.Run(network, example);
            NetworkProbe.RunOnce(network, data.Test.Inputs[TensorIndex.Slice(0, 1)]);
            WarnOf(probe.LeftAlone);
            compressed = new CompressedNetwork(network, probe, ChannelTrace.Run(network, probe, example), _settings);
            ReachableRange.Of(compressed).Require(_settings.Budget);
            var metric = Run(compressed, data);
            return new SearchResult(PlanBuilder.Build(_job, compressed, metric), _record.ToJson(), compressed);
        }
        catch
        {
            compressed?.Dispose();
            network.Dispose();
            throw;
        }
    }

    private PlanMetric Run(CompressedNetwork compressed, ModelData data)
    {
        var evaluator = new Evaluator(_model, compressed.Network, _cancellation);
        var trainer = new Trainer(_model, compressed.Network, data, _settings, _cancellation);
        var fullPrecision = FullPrecision(compressed.Network, data, trainer, evaluator);
        Calibrate(compressed, data);
        Search(compressed, trainer, evaluator, data);
        FineTune(compressed, trainer, evaluator, data);

        var metric = new PlanMetric
        {
            Name = _model.MetricName,
            FullPrecision = fullPrecision,
            Compressed = evaluator.Metric(compressed.Run, data.Test),
        };
        Report(new SearchProgress("evaluate", 1, 1, Metric: metric.Compressed));
        return metric;
    }

    private void WarnOf(IReadOnlyList<string> leftAlone)
    {
        if (leftAlone.Count > 0)
        {
            _job.Warn(AbsCodes.LayersLeftAlone, $"The search neither compresses nor counts {string.Join(", ", leftAlone)}; budget and plan speak of the other layers only.");
        }
    }

    private ModelData Load()
    {
        var data = _model.LoadData(_job.Context);
        if (data.Train.Count < 2)
        {
            throw new AbsException(AbsCodes.InvalidData, "There is one training example; give at least two, a batch of one has no variance.");
        }

        return data with { Train = OnDevice(data.Train), Test = OnDevice(data.Test) };

        LabelledData OnDevice(LabelledData part) => new(part.Inputs.to(_job.Device), part.Targets.to(_job.Device));
    }

    private double FullPrecision(Module<Tensor, Tensor> network, ModelData data, Trainer trainer, Evaluator evaluator)
    {
        if (_job.Checkpoint is { } checkpoint)
        {
            LoadWeights(network, checkpoint);
        }
        else
        {
            Seed(1);
            using var optimizer = optim.Adam(network.parameters(), _settings.LearningRate);
            Plain("train", _settings.TrainEpochs, network.call, optimizer, trainer, evaluator, data);
        }

        var metric = evaluator.Metric(network.call, data.Test);
        return double.IsFinite(metric)
            ? metric
            : throw new AbsException(AbsCodes.ModelCodeFailed, $"The metric {_model.MetricName} of the full-precision network is not a finite number; check IAbsModel.Metric.");
    }

    private void LoadWeights(Module<Tensor, Tensor> network, string checkpoint)
    {
        try
        {
            _model.LoadWeights(network, checkpoint);
        }
        catch (Exception exception) when (exception is not AbsException)
        {
            throw new AbsException(
                AbsCodes.InvalidCheckpoint,
                $"Checkpoint '{Path.GetFileName(checkpoint)}' does not load into the network ({exception.Message.ReplaceLineEndings(" ")}); save it again from the network that CreateNetwork returns.",
                exception);
        }
    }

    private void Calibrate(CompressedNetwork compressed, ModelData data)
    {
        compressed.Calibrate(Sample(data, _settings.BatchSize).Take(CalibrationBatches).Select(batch => batch.Input));
        Report(new SearchProgress("calibrate", 1, 1));
    }

    private void Search(CompressedNetwork compressed, Trainer trainer, Evaluator evaluator, ModelData data)
    {
        Seed(2);
        var budget = _settings.Budget.RelativeBops;
        var schedule = new BudgetSchedule(ReachableRange.Of(compressed).Most, budget);
        using (var search = new SearchPhase(compressed, trainer, schedule, _settings))
        {
            for (var epoch = 1; epoch <= _settings.SearchEpochs; epoch++)
            {
                var loss = search.Epoch(_epoch++);
                var metric = evaluator.Metric(compressed.Run, data.Test);
                Report(
                    new SearchProgress("search", epoch, _settings.SearchEpochs, loss, metric, GateCost.RelativeBops(compressed)),
                    search.Lambda,
                    schedule.Target((double)epoch / _settings.SearchEpochs),
                    compressed);
            }
        }

        Freeze(compressed, evaluator, data, budget);
    }

    private void Freeze(CompressedNetwork compressed, Evaluator evaluator, ModelData data, double budget)
    {
        var chosen = compressed.Decisions();
        var some = Sample(data, LandingExamples).Select(batch => new LabelledData(batch.Input, batch.Target)).First();
        var landing = new BudgetLanding(compressed, budget, decisions =>
        {
            compressed.Freeze(decisions);
            return evaluator.Loss(compressed.Run, some);
        });
        compressed.Freeze(landing.Land(chosen));
        Report(new SearchProgress("freeze", 1, 1, RelativeBops: GateCost.RelativeBops(compressed)), network: compressed);
    }

    private void FineTune(CompressedNetwork compressed, Trainer trainer, Evaluator evaluator, ModelData data)
    {
        Seed(3);
        using (var optimizer = optim.Adam(compressed.Parameters, _settings.LearningRate))
        {
            Plain("fine-tune", _settings.FineTuneEpochs, compressed.Run, optimizer, trainer, evaluator, data, GateCost.RelativeBops(compressed), TrainIntervals);
        }

        BatchNormStatistics.Reestimate(compressed.Network, compressed.Run, Batches.Shuffled(data.Train, _settings.BatchSize, _settings.Seed, _epoch++, data.Augmentation));

        void TrainIntervals(double learningRate)
        {
            compressed.CollectGradients();
            foreach (var interval in compressed.Intervals)
            {
                interval.Step(learningRate);
            }
        }
    }

    private void Plain(
        string phase,
        int epochs,
        Func<Tensor, Tensor> run,
        optim.Optimizer optimizer,
        Trainer trainer,
        Evaluator evaluator,
        ModelData data,
        double? relativeBops = null,
        Action<double>? afterBackward = null)
    {
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            var loss = trainer.PlainEpoch(_epoch++, ((epoch - 1.0) / epochs, (double)epoch / epochs), run, optimizer, afterBackward);
            Report(new SearchProgress(phase, epoch, epochs, loss, evaluator.Metric(run, data.Test), relativeBops));
        }
    }

    private void Report(SearchProgress progress, double? lambda = null, double? target = null, CompressedNetwork? network = null)
    {
        _cancellation.ThrowIfCancellationRequested();
        _record.Add(progress, lambda, target, network);
        _report(progress);
    }

    /// <summary>Training batches that no epoch has in this order, mixed however the data is sorted.</summary>
    private IEnumerable<(Tensor Input, Tensor Target)> Sample(ModelData data, int batchSize) =>
        Batches.Shuffled(data.Train, Math.Min(batchSize, data.Train.Count), _settings.Seed, epoch: -1);

    private void Seed(int phase) => _ = manual_seed(unchecked((_settings.Seed * 104_729L) + phase));
}
