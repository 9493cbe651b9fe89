using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Gates;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Training;

/// <summary>
/// Finds bits and filters together with the weights: each step lowers the task loss plus λ·log R over weights,
/// clipping intervals and gates.
/// </summary>
/// <remarks>
/// Gates of weights (bits and filters) and of activations learn in alternation, one set fixed while the other
/// moves, because their gradients are approximate and noisy.
/// </remarks>
internal sealed class SearchPhase : IDisposable
{
    private readonly CompressedNetwork _network;
    private readonly Trainer _trainer;
    private readonly CostSteering _steering;
    private readonly SearchSettings _settings;
    private readonly double _learningRate;
    private readonly optim.Optimizer _weights;
    private readonly TrainedScalar[][] _gates;
    private int _step;

    /// <summary>Prepares a search.</summary>
    /// <param name="network">The calibrated network.</param>
    /// <param name="trainer">Runs its epochs.</param>
    /// <param name="steering">Sets λ.</param>
    /// <param name="settings">Learning rates and number of epochs.</param>
    public SearchPhase(CompressedNetwork network, Trainer trainer, CostSteering steering, SearchSettings settings)
    {
        _network = network;
        _trainer = trainer;
        _steering = steering;
        _settings = settings;
        _learningRate = settings.SearchLearningRate ?? settings.LearningRate;
        _weights = Optimizers.Of(network.Parameters, settings, _learningRate);
        _gates =
        [
            [.. network.Layers.SelectMany(layer => layer.Weights.Gates.Parameters), .. network.FilterGates.SelectMany(gates => gates.Gates.Parameters)],
            [.. network.Layers.SelectMany(layer => layer.Activations.Gates.Parameters)],
        ];
    }

    /// <summary>λ of each cost in the latest step.</summary>
    public PerCost<double> Prices { get; private set; }

    /// <summary>Whether an epoch has begun and not ended.</summary>
    public bool IsWithinEpoch => _step % _trainer.Steps != 0;

    /// <summary>Runs one epoch.</summary>
    /// <param name="epoch">Number of the epoch in the whole run.</param>
    /// <returns>The mean task loss.</returns>
    public double Epoch(int epoch) => _trainer.Epoch(epoch, Run, (loss, _) => Step(loss));

    /// <summary>Writes what lasts from one step to the next, or sets it; the network's own state is not part of it.</summary>
    public void Exchange(StateStream state)
    {
        _step = state.Integer(_step, 0, int.MaxValue);
        Prices = PerCost<double>.Of(kind => state.Number(Prices[kind]));
        _steering.Exchange(state);
        OptimizerMemory.Exchange(state, _weights);
    }

    /// <inheritdoc />
    public void Dispose() => _weights.Dispose();

    private IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        var weights = _step % _gates.Length == 0;
        _network.LearnGates(weights, activations: !weights);
        return _network.Run(inputs);
    }

    private void Step(Tensor loss)
    {
        Gradients.Of(loss);
        _network.CollectGradients();
        var decided = DecisionCost.Compressed(_network, _network.Decisions());
        Prices = _steering.Prices(NetworkCost.Of(_network, decided), (double)_step / (_settings.SearchEpochs * _trainer.Steps));
        GateCost.CollectGateGradients(_network, Prices, decided);

        _ = _weights.step();
        foreach (var interval in _network.Intervals)
        {
            interval.Step(Optimizers.IntervalRate(_settings, _learningRate));
        }

        foreach (var parameter in _gates[_step % _gates.Length])
        {
            parameter.Step(_settings.GateLearningRate);
        }

        // The set that is fixed in this step forgets what it would have done.
        foreach (var parameter in _gates[(_step + 1) % _gates.Length])
        {
            parameter.Gradient = 0;
        }

        _step++;
    }
}
