using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Training;

namespace AbsBuildTasks.Search.Engine;

/// <summary>The first stages of a run: full-precision training, and more of it to compare a plan with.</summary>
/// <param name="setup">What the run is given.</param>
/// <param name="runner">Trains and measures the network.</param>
/// <param name="network">The network.</param>
/// <param name="measure">Measures it on the training examples that decisions are weighed on.</param>
internal sealed class FullPrecisionStages(RunSetup setup, EpochRunner runner, CompressedNetwork network, Func<double> measure)
{
    private readonly BaselineStage _baseline = new(network.Exchange, setup.Model.LowerIsBetter);

    private SearchSettings Settings => setup.Job.Settings;

    /// <summary>Trains the network, unless it has starting weights.</summary>
    public TrainedNetwork Train()
    {
        runner.Stages.Do(RunStage.Train, () =>
        {
            if (setup.Job.StartingWeights is null)
            {
                using var optimizer = Optimizers.Of(network.Parameters, Settings, Settings.LearningRate);
                runner.Train([new(Settings.TrainEpochs, Settings.LearningRate, Settings.Schedule)], network.Network.Call, optimizer);
            }

            var (metric, worth, test) = runner.Study(network.Network.Call);
            _ = runner.Evaluator.RequireFinite(metric, "full-precision");
            _baseline.Begin(new TrainedNetwork(metric, measure(), runner.Stages.Epoch, worth.IsAtChance(metric)) { Further = runner.Further(network.Network.Call), Loss = test.Loss });
        });
        return _baseline.Trained;
    }

    /// <summary>Takes the network as it is for the one that trains on.</summary>
    /// <param name="trained">How it does.</param>
    public void Begin(TrainedNetwork trained) => _baseline.Begin(trained);

    /// <summary>Writes what lasts from one of these stages to the next, or sets it.</summary>
    public void Exchange(StateStream state)
    {
        if (runner.Stages.Stage == RunStage.Baseline)
        {
            _baseline.Exchange(state);
        }
    }

    /// <summary>
    /// Trains on as long as a plan's weights will train after they have left the network, at the same rates and with the
    /// same batches, and takes the better metric; where that is ended early, the metric as it was trained. The network itself stays as it was.
    /// </summary>
    public TrainedNetwork TrainOn()
    {
        var (metric, sample, worth, further, test, hasDiverged) = (double.NaN, double.NaN, new MetricWorth(null, null), (IReadOnlyList<double>)[], (RunTest?)null, false);
        try
        {
            if (Settings.BaselineEpochs() > 0)
            {
                using var optimizer = Optimizers.Of(network.Parameters, Settings, runner.SearchRate.Rate);
                runner.Train([runner.SearchRate, runner.FineTuneRate], network.Network.Call, optimizer);
            }

            // Ended early, it has not trained as long as a plan will have: the plan is then compared with it as it was trained.
            if (!setup.EarlyEnd.HasCutTraining)
            {
                runner.Reestimate(network.Network.Call);
                (metric, worth, test) = runner.Study(network.Network.Call);
                sample = measure();
                further = double.IsFinite(metric) ? runner.Further(network.Network.Call) : [];
            }
        }
        catch (AbsException exception) when (exception.Code is AbsCodes.Diverged or AbsCodes.OutputNotFinite or AbsCodes.DataNotFinite)
        {
            hasDiverged = true;
            setup.Job.Tell("in full precision the network diverges where it trains on; it is compared with as it was trained");
        }

        return _baseline.End(metric, sample, further, test?.Loss, worth.IsAtChance(metric)) with { HasDiverged = hasDiverged };
    }
}
