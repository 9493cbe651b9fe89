using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Training;

namespace AbsBuildTasks.Search.Engine;

/// <summary>The last stages of a run: freezing, fine-tuning and evaluation of the network that is delivered.</summary>
/// <param name="setup">What the run is given.</param>
/// <param name="network">The network.</param>
/// <param name="runner">Trains and measures the network.</param>
/// <param name="decisions">Freezes the network.</param>
/// <param name="searched">Keeps what the search comes to before fine-tuning.</param>
/// <param name="frozen">Trains the network once it is frozen.</param>
internal sealed class DeliveryStages(RunSetup setup, CompressedNetwork network, EpochRunner runner, DecisionStage decisions, SearchedStage searched, FrozenTraining frozen)
{
    private readonly SumFitting _sums = new(setup, network);

    private SearchJob Job => setup.Job;

    private SearchSettings Settings => setup.Job.Settings;

    private StagedRun Stages => runner.Stages;

    /// <summary>Freezes and fine-tunes, under dearer decisions again as long as the network loses more than the budget allows.</summary>
    /// <param name="trained">The network in full precision.</param>
    /// <returns>The metric before and after, and the further ones.</returns>
    /// <exception cref="AbsException">ABS3007: no plan loses as little as the budget allows.</exception>
    public (PlanMetric Metric, IReadOnlyList<PlanMetric> Further) Run(TrainedNetwork trained)
    {
        while (true)
        {
            var hasDecided = Stages.Stage == RunStage.Freeze;
            Stages.Do(RunStage.Freeze, Freeze);
            if (hasDecided && setup.EarlyEnd.Ended.Count == 0)
            {
                searched.Keep();
            }

            FineTune();
            var wasOver = network.Rounding.IsOver;
            var (compressed, metric, worth, test, further) = Measure(trained);
            if (network.Rounding.IsOver != wasOver)
            {
                // It has come to an example with which the network cannot be rounded: what came before was, and would count otherwise.
                (compressed, metric, worth, test, further) = Measure(trained);
            }

            setup.Record.Test = test with { FullPrecisionLoss = trained.Loss };

            // Behind all that takes time: a run that has got so far ends.
            runner.Report(new SearchProgress(RunPhase.Evaluate, 1, 1, Metric: metric.Compressed));
            if (further is not null)
            {
                if (!trained.IsAtChance && worth.IsAtChance(compressed))
                {
                    Job.Warn(AbsCodes.NoBetterThanChance, string.Create(CultureInfo.InvariantCulture, $"The compressed network's {setup.Model.MetricName} is {Quantity.Metric(compressed)}, which is no better than the same answer for every example, and was {Quantity.Metric(trained.Metric)} in full precision. Raise the budget {Settings.Budget}, or give SearchEpochs and FineTuneEpochs more time."));
                }

                return (metric, further);
            }

            decisions.Miss(metric);
            setup.EarlyEnd.BeginAgain();
            Stages.Repeat(RunStage.Freeze);
        }
    }

    private void Freeze()
    {
        try
        {
            decisions.Freeze();
        }
        catch (OperationCanceledException)
        {
            // What was weighed so far is part of it.
            Stages.Keep(isWithinEpoch: true);
            throw;
        }

        runner.Report(new SearchProgress(RunPhase.Freeze, 1, 1, RelativeBops: NetworkCost.Relative(network)), network: network, steps: decisions.Steps);
    }

    private void FineTune()
    {
        frozen.Train(runner.FineTuneRate, _sums.FitBefore);
        runner.Reestimate(network.Run);

        // The levels that the file gets: what is measured from here on is measured with them.
        _sums.Fit();
    }

    /// <summary>Measures the network as it is to be delivered.</summary>
    /// <returns>The further metrics are null where it loses more than the budget allows.</returns>
    private (double Compressed, PlanMetric Metric, MetricWorth Worth, RunTest Test, IReadOnlyList<PlanMetric>? Further) Measure(TrainedNetwork trained)
    {
        var (compressed, worth, test) = runner.Study(network.Run);
        _ = runner.Evaluator.RequireFinite(compressed, "compressed");
        var metric = new PlanMetric
        {
            Name = setup.Model.MetricName,
            FullPrecision = trained.Metric,
            Compressed = compressed,
            LowerIsBetter = setup.Model.LowerIsBetter,
            Baseline = setup.EarlyEnd.HasCutTraining || trained.HasDiverged ? BaselineKind.AsTrained : Settings.Baseline,
            Examples = setup.Data.Test.Count,
            Noise = worth.Noise,
        };
        var isMet = Settings.Budget.AllowsDrop(metric.FullPrecision, metric.Compressed, Job.HeldPlan is null ? 0 : metric.Noise ?? 0, metric.LowerIsBetter);
        return (compressed, metric, worth, test, isMet ? runner.Compared(network.Run, trained) : null);
    }
}
