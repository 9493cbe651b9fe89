using AbsBuildTasks.Plans.Settings;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Training;

/// <summary>What trains a network's weights, and at which rates.</summary>
internal static class Optimizers
{
    /// <summary>The optimizer of a phase.</summary>
    /// <param name="parameters">What it trains.</param>
    /// <param name="settings">Which optimizer, momentum and weight decay.</param>
    /// <param name="learningRate">Its full learning rate.</param>
    public static optim.Optimizer Of(IEnumerable<Parameter> parameters, SearchSettings settings, double learningRate) => settings.Optimizer switch
    {
        // Nesterov's correction is defined only where there is momentum.
        OptimizerKind.Sgd => optim.SGD(parameters, learningRate, settings.Momentum, weight_decay: settings.WeightDecay, nesterov: settings.Momentum > 0),
        _ => optim.Adam(parameters, learningRate, weight_decay: settings.WeightDecay),
    };

    /// <summary>The rate of clipping intervals, which train by Adam whatever trains the weights: a rate for SGD would be far too high.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="learningRate">The weights' rate.</param>
    public static double IntervalRate(SearchSettings settings, double learningRate) =>
        settings.Optimizer == OptimizerKind.Adam ? learningRate : settings.GateLearningRate;
}
