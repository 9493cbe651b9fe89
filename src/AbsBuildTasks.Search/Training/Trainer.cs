using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Training;

/// <summary>Trains a network for some epochs.</summary>
/// <param name="model">Gives the loss.</param>
/// <param name="network">The network.</param>
/// <param name="data">What it learns.</param>
/// <param name="job">Seed, batch size and learning rates.</param>
/// <param name="beforeStep">
/// Called before each step; may keep the state, or end the training by throwing. Returns whether the epoch ends here, which
/// it may after its first step.
/// </param>
internal sealed class Trainer(IAbsModel model, Module network, ModelData data, SearchJob job, Func<bool> beforeStep)
{
    private readonly SearchSettings _settings = job.Settings;
    private double _lossSum;
    private int _steps;

    /// <summary>Steps of an epoch.</summary>
    public int Steps => Batches.Count(data.Train, _settings.BatchSize);

    /// <summary>Steps of the present epoch that are done; 0 between epochs.</summary>
    public int StepsDone => _steps;

    /// <summary>Takes part in the loss, where there is one.</summary>
    public Teacher? Teacher { get; set; }

    /// <summary>Runs one epoch, or what is left of it where <see cref="Exchange"/> set a state within.</summary>
    /// <param name="epoch">Number of the epoch in the whole run; decides the order of examples.</param>
    /// <param name="run">Runs a batch.</param>
    /// <param name="step">Takes the loss and the step's number in the epoch, and updates parameters.</param>
    /// <returns>The mean task loss.</returns>
    /// <exception cref="AbsException">ABS3002: the loss, or at the end of the epoch a parameter, is not finite.</exception>
    public double Epoch(int epoch, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, Action<Tensor, int> step)
    {
        network.train();
        foreach (var batch in Batches.Shuffled(data.Train, _settings.BatchSize, _settings.Seed, epoch, data.Augmentation, skip: _steps))
        {
            if (beforeStep())
            {
                break;
            }

            using var scope = NewDisposeScope();
            SearchSeed.Set(job, epoch, _steps);
            ForgetGradients();
            var outputs = run(batch.Inputs);
            var loss = Teacher?.Loss(outputs, batch) ?? model.Loss(outputs, batch.Targets);
            var value = Require(loss.detach().to(ScalarType.Float64).item<double>());

            step(loss, _steps);
            _lossSum += value;
            _steps++;
        }

        Divergence.Require(network);
        var mean = _lossSum / Math.Max(1, _steps);
        (_lossSum, _steps) = (0, 0);
        return mean;
    }

    /// <summary>Writes how far the epoch is, or sets it.</summary>
    public void Exchange(StateStream state)
    {
        _steps = state.Integer(_steps, 0, Steps);
        _lossSum = state.Number(_lossSum);
    }

    /// <summary>One epoch of plain training of some parameters, the learning rate along the schedule.</summary>
    /// <param name="epoch">Number of the epoch in the whole run.</param>
    /// <param name="phase">Epochs of the phase that are done before this one, all of them, and the phase's full learning rate.</param>
    /// <param name="run">Runs a batch.</param>
    /// <param name="optimizer">Holds the parameters.</param>
    /// <param name="afterBackward">What else a step does, at this share of its full learning rate; or null.</param>
    /// <param name="schedule">How the rate falls; null as the settings say.</param>
    /// <returns>The mean loss.</returns>
    public double PlainEpoch(
        int epoch,
        (int Done, int All, double Rate) phase,
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run,
        optim.Optimizer optimizer,
        Action<double>? afterBackward = null,
        RateSchedule? schedule = null) =>
        Epoch(epoch, run, (loss, step) =>
        {
            var (before, after) = ((double)phase.Done / phase.All, (phase.Done + 1.0) / phase.All);
            var factor = (schedule ?? _settings.Schedule).Factor(before + ((after - before) * step / Steps), phase.All);
            SetLearningRate(optimizer, phase.Rate * factor);
            Gradients.Of(loss);
            afterBackward?.Invoke(factor);
            _ = optimizer.step();
        });

    /// <summary>Fails where a loss is not finite, and says so if that comes from the data.</summary>
    private double Require(double loss)
    {
        if (!double.IsFinite(loss))
        {
            DataValues.Require(data.Train, "training", "the loss is not a finite number either");
        }

        return Divergence.Require(loss, "the loss");
    }

    /// <summary>Leaves no gradients, not even zeros: a step must not depend on which parameters took part in earlier ones.</summary>
    private void ForgetGradients()
    {
        foreach (var parameter in network.parameters())
        {
            parameter.grad = null;
        }
    }

    /// <summary>Sets the learning rate of all of an optimizer's parameters.</summary>
    private static void SetLearningRate(optim.Optimizer optimizer, double learningRate)
    {
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }
    }
}
