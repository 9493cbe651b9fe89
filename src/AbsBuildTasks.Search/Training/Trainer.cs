using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Training;

/// <summary>Trains a network for some epochs.</summary>
internal sealed class Trainer(IAbsModel model, Module network, ModelData data, SearchSettings settings, CancellationToken cancellation)
{
    /// <summary>Steps of an epoch.</summary>
    public int Steps => (data.Train.Count + settings.BatchSize - 1) / settings.BatchSize;

    /// <summary>Takes part in the loss, where there is one.</summary>
    public Teacher? Teacher { get; set; }

    /// <summary>Runs one epoch.</summary>
    /// <param name="epoch">Number of the epoch in the whole run; decides the order of examples.</param>
    /// <param name="run">Runs a batch.</param>
    /// <param name="step">Takes the loss and the step's number in the epoch, and updates parameters.</param>
    /// <returns>The mean task loss.</returns>
    /// <exception cref="AbsException">ABS3002: the loss is not finite.</exception>
    public double Epoch(int epoch, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, Action<Tensor, int> step)
    {
        network.train();
        var (sum, steps) = (0.0, 0);
        foreach (var batch in Batches.Shuffled(data.Train, settings.BatchSize, settings.Seed, epoch, data.Augmentation))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var outputs = run(batch.Inputs);
            var loss = Teacher?.Loss(outputs, batch) ?? model.Loss(outputs, batch.Targets);
            var value = loss.detach().to(ScalarType.Float64).item<double>();
            if (!double.IsFinite(value))
            {
                throw new AbsException(AbsCodes.Diverged, "Training diverged: the loss is not a finite number. Lower LearningRate, or check the data and the loss.");
            }

            step(loss, steps);
            sum += value;
            steps++;
        }

        return sum / Math.Max(1, steps);
    }

    /// <summary>One epoch of plain training of some parameters, the learning rate along a cosine over all epochs.</summary>
    /// <param name="epoch">Number of the epoch in the whole run.</param>
    /// <param name="progress">The share of the phase that is done before this epoch, and after it.</param>
    /// <param name="run">Runs a batch.</param>
    /// <param name="optimizer">Holds the parameters.</param>
    /// <param name="afterBackward">What else a step does, at the learning rate given; or null.</param>
    /// <returns>The mean loss.</returns>
    public double PlainEpoch(
        int epoch,
        (double Before, double After) progress,
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run,
        optim.Optimizer optimizer,
        Action<double>? afterBackward = null) =>
        Epoch(epoch, run, (loss, step) =>
        {
            var done = progress.Before + ((progress.After - progress.Before) * step / Steps);
            var learningRate = settings.LearningRate * Schedule.Cosine(done);
            SetLearningRate(optimizer, learningRate);
            optimizer.zero_grad();
            loss.backward();
            afterBackward?.Invoke(learningRate);
            _ = optimizer.step();
        });

    /// <summary>Sets the learning rate of all of an optimizer's parameters.</summary>
    private static void SetLearningRate(optim.Optimizer optimizer, double learningRate)
    {
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }
    }
}
