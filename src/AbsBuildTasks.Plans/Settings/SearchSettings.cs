using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Targets;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>How a plan is to be found. Each property has its row in <see cref="SettingsTable"/>.</summary>
internal sealed record SearchSettings
{
    /// <summary>What the plan may cost and lose at most.</summary>
    public required Budget Budget { get; init; }

    /// <summary>Further budgets to find a plan for, each the plan that a search with that <see cref="Budget"/> finds. Default none.</summary>
    public BudgetSweep Sweep { get; init; } = BudgetSweep.None;

    /// <summary>Candidate bitwidths of weights and activations. Default 2, 4, 8.</summary>
    public BitChain Bits { get; init; } = BitChain.Default;

    /// <summary>Candidate bitwidths of weights; null for <see cref="Bits"/>, the default.</summary>
    public BitChain? WeightBits { get; init; }

    /// <summary>Candidate bitwidths of activations; null for <see cref="Bits"/>, the default.</summary>
    public BitChain? ActivationBits { get; init; }

    /// <summary>What the runtime or hardware can do that will run the network. Default any.</summary>
    public Target DeployTarget { get; init; } = TargetTable.Any;

    /// <summary>The grid of the weights. Default symmetric.</summary>
    public WeightGrid Grid { get; init; } = WeightGrid.Symmetric;

    /// <summary>What has a scale of its own in the weights; null for what <see cref="DeployTarget"/> wants, the default.</summary>
    public ScaleKind? WeightScales { get; init; }

    /// <summary>Output filters that are kept or pruned together, taken in index order. Default 1.</summary>
    public int FilterGroup { get; init; } = 1;

    /// <summary>Whether the first and the last weighted layer stay at the highest bitwidth and unpruned, but for <see cref="Layers"/>. Default yes.</summary>
    public bool KeepFirstAndLast { get; init; } = true;

    /// <summary>How gates decide. Default threshold, which measured better (docs/results.md).</summary>
    public GateKind Gate { get; init; } = GateKind.Threshold;

    /// <summary>Layers whose bitwidths are fixed, or that keep all filters. Default none.</summary>
    public LayerRules Layers { get; init; } = LayerRules.None;

    /// <summary>Seed of initial weights, shuffling and dropout. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Examples per training step. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Epochs of full-precision training; ignored where starting weights are given. Default 10.</summary>
    public int TrainEpochs { get; init; } = 10;

    /// <summary>Epochs in which bits, filters and weights are found together. Default 10.</summary>
    public int SearchEpochs { get; init; } = 10;

    /// <summary>Epochs of training under the frozen plan. Default 10.</summary>
    public int FineTuneEpochs { get; init; } = 10;

    /// <summary>Epochs with neither a lower training loss nor a lower cost, after which a phase ends; 0, the default, for never.</summary>
    public int Patience { get; init; }

    /// <summary>What trains the weights. Default Adam.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Momentum of <see cref="OptimizerKind.Sgd"/>, 0 to below 1. Default 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>What is added to each weight's gradient, as a share of the weight. Default 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Learning rate of weights, and with Adam of clipping intervals. Default 0.001.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The learning rate while searching; null for <see cref="LearningRate"/>, the default.</summary>
    public double? SearchLearningRate { get; init; }

    /// <summary>The learning rate while fine-tuning; null for <see cref="LearningRate"/>, the default.</summary>
    public double? FineTuneLearningRate { get; init; }

    /// <summary>How the rate of full-precision training and fine-tuning falls; the search's is constant. Default cosine.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Cosine;

    /// <summary>Learning rate of what gates learn, and with SGD of clipping intervals (both Adam). Default 0.005.</summary>
    public double GateLearningRate { get; init; } = 5e-3;

    /// <summary>
    /// Whether each layer's weights are quantised relative to their mean and standard deviation, which change as they
    /// train. Default no.
    /// </summary>
    public bool WeightNormalization { get; init; }

    /// <summary>
    /// The share of the full-precision network's outputs in the loss of search and fine-tuning, 0 to 1. Default 0: none.
    /// </summary>
    public double Distillation { get; init; }

    /// <summary>
    /// How long the full-precision network trains that the plan is compared with. Default as many steps as the compressed
    /// one, which measured fairer (docs/results.md).
    /// </summary>
    public BaselineKind Baseline { get; init; } = BaselineKind.EqualSteps;

    /// <summary>Whether each filter's weights have a scale of their own: as set, or as the target wants it.</summary>
    public bool HasFilterScales() => WeightScales is { } kind ? kind == ScaleKind.Filter : DeployTarget.WeightScales == Targets.WeightScales.Filter;

    /// <summary>Epochs that the full-precision network trains on after the plan's own weights have left it.</summary>
    public int BaselineEpochs() => Baseline == BaselineKind.EqualSteps ? SearchEpochs + FineTuneEpochs : 0;

    /// <summary>Checks every value's range, and that the target runs what the others ask for.</summary>
    /// <returns>The settings themselves.</returns>
    /// <exception cref="AbsException">ABS1003: a bitwidth of 1. ABS1005: a value is out of range. ABS1014: the target does not go with them.</exception>
    public SearchSettings Validated()
    {
        foreach (var setting in SettingsTable.All)
        {
            setting.Require(this);
        }

        TargetRules.Require(this);

        return this;
    }
}
