using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Training;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Trains a network under decisions that are frozen: its weights, and the intervals of its quantisers.</summary>
/// <param name="network">The network.</param>
/// <param name="runner">Trains it.</param>
internal sealed class FrozenTraining(CompressedNetwork network, EpochRunner runner)
{
    /// <summary>Trains for the epochs that are still to run of the present stage.</summary>
    /// <param name="part">Epochs and rates.</param>
    /// <param name="beforeEpoch">Called with the number of epochs that are done, before the first step of each further one.</param>
    public void Train(RatePart part, Action<int>? beforeEpoch = null)
    {
        using var optimizer = Optimizers.Of(network.Parameters, runner.Settings, part.Rate);
        runner.Train([part], network.Run, optimizer, NetworkCost.Relative(network), TrainIntervals, beforeEpoch);

        void TrainIntervals(double factor)
        {
            network.CollectGradients();
            foreach (var interval in network.Intervals)
            {
                interval.Step(factor * Optimizers.IntervalRate(runner.Settings, part.Rate));
            }
        }
    }
}
