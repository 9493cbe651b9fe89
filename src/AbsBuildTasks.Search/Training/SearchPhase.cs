using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Training;

/// <summary>
/// Finds bits and filters together with the weights: each step lowers the task loss plus λ·log R over weights,
/// clipping intervals and thresholds.
/// </summary>
/// <remarks>
/// Thresholds of weights (bits and filters) and of activations learn in alternation, one set fixed while the other
/// moves, because their gradients are approximate and noisy.
/// </remarks>
internal sealed class SearchPhase : IDisposable
{
    private readonly CompressedNetwork _network;
    private readonly Trainer _trainer;
    private readonly BudgetSchedule _schedule;
    private readonly SearchSettings _settings;
    private readonly optim.Optimizer _weights;
    private readonly optim.Optimizer?[] _thresholds;
    private int _step;

    /// <summary>Prepares a search.</summary>
    /// <param name="network">The calibrated network.</param>
    /// <param name="trainer">Runs its epochs.</param>
    /// <param name="schedule">Steers λ.</param>
    /// <param name="settings">Learning rates and number of epochs.</param>
    public SearchPhase(CompressedNetwork network, Trainer trainer, BudgetSchedule schedule, SearchSettings settings)
    {
        _network = network;
        _trainer = trainer;
        _schedule = schedule;
        _settings = settings;
        _weights = optim.Adam(network.Trainable(), settings.LearningRate);
        _thresholds =
        [
            Thresholds(network.Layers.SelectMany(layer => new[] { layer.Weights.Thresholds, layer.Filters.Threshold })),
            Thresholds(network.Layers.Select(layer => layer.Activations.Thresholds)),
        ];
    }

    /// <summary>λ in the latest step.</summary>
    public double Lambda { get; private set; }

    /// <summary>Runs one epoch.</summary>
    /// <param name="epoch">Number of the epoch in the whole run.</param>
    /// <returns>The mean task loss.</returns>
    public double Epoch(int epoch) => _trainer.Epoch(epoch, _network.Run, (loss, _) => Step(loss));

    /// <inheritdoc />
    public void Dispose()
    {
        _weights.Dispose();
        foreach (var optimizer in _thresholds)
        {
            optimizer?.Dispose();
        }
    }

    private TorchSharp.Modules.Adam? Thresholds(IEnumerable<TorchSharp.Modules.Parameter?> thresholds)
    {
        var trained = thresholds.OfType<TorchSharp.Modules.Parameter>().ToArray();
        return trained.Length > 0 ? optim.Adam(trained, _settings.GateLearningRate) : null;
    }

    private void Step(Tensor loss)
    {
        var progress = (double)_step / (_settings.SearchEpochs * _trainer.Steps);
        var relative = GateCost.RelativeBops(_network);
        Lambda = _schedule.Lambda(relative.detach().to(ScalarType.Float64).item<double>(), progress);
        var total = Lambda > 0 ? loss.add(relative.log().mul(Lambda)) : loss;

        var thresholds = _thresholds[_step % _thresholds.Length];
        _weights.zero_grad();
        foreach (var optimizer in _thresholds)
        {
            optimizer?.zero_grad();
        }

        total.backward();
        _ = _weights.step();
        _ = thresholds?.step();
        _step++;
    }
}
