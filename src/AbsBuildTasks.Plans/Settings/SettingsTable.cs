using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Settings.Kinds;
using AbsBuildTasks.Plans.Targets;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>
/// All settings of a search, a row each. An item's metadata, the search request, fingerprints, ranges and the table in
/// docs/reference.md come from here, so that a new setting is a property of <see cref="SearchSettings"/> and a row.
/// </summary>
internal static class SettingsTable
{
    private static readonly NumberKind Rate = new(NumberRange.AboveZero);
    private static readonly WholeNumberKind Count = new(NumberRange.AtLeast(1));
    private static readonly WholeNumberKind CountOrNone = new(NumberRange.AtLeast(0));

    /// <summary>The defaults. A budget has none: whoever reads settings sets it.</summary>
    public static SearchSettings Defaults { get; } = new() { Budget = new() };

    /// <summary>The rows, in the order of requests and of docs/reference.md.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new TypedSetting<Budget>(
            nameof(SearchSettings.Budget), SettingScope.Search, new TextKind<Budget>("[limits](#budgets)", Budget.Parse), s => s.Budget, (s, value) => s with { Budget = value },
            "what the plan may cost and lose at most: see [Budgets](#budgets)") { Otherwise = "this or `Lambda`" },
        new TypedSetting<BudgetSweep>(
            nameof(SearchSettings.Sweep), SettingScope.Sweep, new TextKind<BudgetSweep>("budgets", BudgetSweep.Parse), s => s.Sweep, (s, value) => s with { Sweep = value },
            "further budgets, separated by <code>&#124;</code>: see [Several budgets](#several-budgets)"),
        new TypedSetting<BitChain>(
            nameof(SearchSettings.Bits), SettingScope.Search, Chain(nameof(SearchSettings.Bits)), s => s.Bits, (s, value) => s with { Bits = value },
            "candidate bitwidths of 2 to 16, each a multiple of the one before"),
        new TypedSetting<BitChain?>(
            nameof(SearchSettings.WeightBits), SettingScope.Search, new OptionalTextKind<BitChain>(Chain(nameof(SearchSettings.WeightBits))), s => s.WeightBits, (s, value) => s with { WeightBits = value },
            "candidate bitwidths of weights") { Otherwise = "`Bits`" },
        new TypedSetting<BitChain?>(
            nameof(SearchSettings.ActivationBits), SettingScope.Search, new OptionalTextKind<BitChain>(Chain(nameof(SearchSettings.ActivationBits))), s => s.ActivationBits, (s, value) => s with { ActivationBits = value },
            "candidate bitwidths of the inputs of layers") { Otherwise = "`Bits`" },
        new TypedSetting<Target>(
            nameof(SearchSettings.DeployTarget), SettingScope.Search, new TextKind<Target>("name, or path of a JSON file", Target.Parse), s => s.DeployTarget, (s, value) => s with { DeployTarget = value },
            "what will run the network: `any`, [another name or a file](targets.md). The search chooses only what that runs") { Searched = target => target.Searched },
        new TypedSetting<WeightGrid>(
            nameof(SearchSettings.Grid), SettingScope.Search, new NameKind<WeightGrid>(), s => s.Grid, (s, value) => s with { Grid = value },
            "weight levels: `Symmetric` has a zero, `Unit` is the paper's"),
        new TypedSetting<ScaleKind?>(
            nameof(SearchSettings.WeightScales), SettingScope.Search, new OptionalKind<ScaleKind>(new NameKind<ScaleKind>()), s => s.WeightScales, (s, value) => s with { WeightScales = value },
            "what has a [scale](how-it-works.md#scales) of its own in the weights: a whole `Layer`, or each `Filter`") { Otherwise = "what the target wants, else `Layer`" },
        new TypedSetting<int>(
            nameof(SearchSettings.FilterGroup), SettingScope.Search, Count, s => s.FilterGroup, (s, value) => s with { FilterGroup = value },
            "filters pruned together, in index order; of recurrent layers [hidden units](networks.md#recurrent-layers), of attention [channels of heads](networks.md#attention-inside-torch)"),
        new TypedSetting<bool>(
            nameof(SearchSettings.KeepFirstAndLast), SettingScope.Search, new FlagKind(), s => s.KeepFirstAndLast, (s, value) => s with { KeepFirstAndLast = value },
            "first and last layer at the highest bitwidth and unpruned; bitwidths that `Layers` gives them win"),
        new TypedSetting<GateKind>(
            nameof(SearchSettings.Gate), SettingScope.Search, new NameKind<GateKind>(), s => s.Gate, (s, value) => s with { Gate = value },
            "how gates decide: by a learned `Threshold`, or by a learned `Logit` and chance"),
        new TypedSetting<LayerRules>(
            nameof(SearchSettings.Layers), SettingScope.Search, new TextKind<LayerRules>("[rules](#layers)", LayerRules.Parse), s => s.Layers, (s, value) => s with { Layers = value },
            "layers to pin or leave alone: see [Layers](#layers)"),
        new TypedSetting<int>(
            nameof(SearchSettings.Seed), SettingScope.Training, new WholeNumberKind(), s => s.Seed, (s, value) => s with { Seed = value },
            "seed of initial weights, shuffling and dropout"),
        new TypedSetting<int>(
            nameof(SearchSettings.BatchSize), SettingScope.Training, Count, s => s.BatchSize, (s, value) => s with { BatchSize = value },
            "examples in a training step"),
        new TypedSetting<int>(
            nameof(SearchSettings.TrainEpochs), SettingScope.Training, CountOrNone, s => s.TrainEpochs, (s, value) => s with { TrainEpochs = value },
            "epochs of full-precision training; none where there is a `Checkpoint`"),
        new TypedSetting<int>(
            nameof(SearchSettings.SearchEpochs), SettingScope.Baseline, Count, s => s.SearchEpochs, (s, value) => s with { SearchEpochs = value },
            "epochs in which bitwidths, filters and weights are found together"),
        new TypedSetting<int>(
            nameof(SearchSettings.FineTuneEpochs), SettingScope.FineTuning, CountOrNone, s => s.FineTuneEpochs, (s, value) => s with { FineTuneEpochs = value },
            "epochs of training under the frozen plan"),
        new TypedSetting<int>(
            nameof(SearchSettings.Patience), SettingScope.Training, CountOrNone, s => s.Patience, (s, value) => s with { Patience = value },
            "epochs without progress after which training, search or fine-tuning [ends early](interruption.md#patience); 0 for never"),
        new TypedSetting<OptimizerKind>(
            nameof(SearchSettings.Optimizer), SettingScope.Training, new NameKind<OptimizerKind>(), s => s.Optimizer, (s, value) => s with { Optimizer = value },
            "what trains the weights: `Adam`, or `Sgd` with Nesterov's `Momentum`"),
        new TypedSetting<double>(
            nameof(SearchSettings.Momentum), SettingScope.Training, new NumberKind(NumberRange.BelowOne), s => s.Momentum, (s, value) => s with { Momentum = value },
            "momentum of `Sgd`"),
        new TypedSetting<double>(
            nameof(SearchSettings.WeightDecay), SettingScope.Training, new NumberKind(NumberRange.AtLeast(0)), s => s.WeightDecay, (s, value) => s with { WeightDecay = value },
            "added to each weight's gradient, as a share of the weight"),
        new TypedSetting<double>(
            nameof(SearchSettings.LearningRate), SettingScope.Training, Rate, s => s.LearningRate, (s, value) => s with { LearningRate = value },
            "learning rate of weights. Clipping intervals train by Adam: with `Sgd` at the gates' rate, otherwise at this one"),
        new TypedSetting<double?>(
            nameof(SearchSettings.SearchLearningRate), SettingScope.Baseline, new OptionalKind<double>(Rate), s => s.SearchLearningRate, (s, value) => s with { SearchLearningRate = value },
            "learning rate of weights in the search, which keeps it constant") { Otherwise = "`LearningRate`" },
        new TypedSetting<double?>(
            nameof(SearchSettings.FineTuneLearningRate), SettingScope.FineTuning, new OptionalKind<double>(Rate), s => s.FineTuneLearningRate, (s, value) => s with { FineTuneLearningRate = value },
            "learning rate of weights in fine-tuning") { Otherwise = "`LearningRate`" },
        new TypedSetting<RateSchedule>(
            nameof(SearchSettings.Schedule), SettingScope.Training, new TextKind<RateSchedule>("name, or steps", RateSchedule.Parse), s => s.Schedule, (s, value) => s with { Schedule = value },
            "how the rate falls in full-precision training and fine-tuning: `cosine`, `constant`, or `steps:80,120`, a tenth after each of these epochs"),
        new TypedSetting<bool>(
            nameof(SearchSettings.WeightNormalization), SettingScope.Search, new FlagKind(), s => s.WeightNormalization, (s, value) => s with { WeightNormalization = value },
            "quantise each layer's weights relative to their mean and standard deviation, as the paper does"),
        new TypedSetting<double>(
            nameof(SearchSettings.GateLearningRate), SettingScope.Search, Rate, s => s.GateLearningRate, (s, value) => s with { GateLearningRate = value },
            "learning rate of what gates learn, by Adam"),
        new TypedSetting<double>(
            nameof(SearchSettings.Distillation), SettingScope.Search, new NumberKind(NumberRange.Share), s => s.Distillation, (s, value) => s with { Distillation = value },
            "share of the full-precision network's outputs in the loss of search and fine-tuning"),
        new TypedSetting<BaselineKind>(
            nameof(SearchSettings.Baseline), SettingScope.Baseline, new NameKind<BaselineKind>(), s => s.Baseline, (s, value) => s with { Baseline = value },
            "what the plan is compared with: the full-precision network after [as many steps](#full-precision), or `AsTrained`"),
    ];

    /// <summary>Reads settings from texts.</summary>
    /// <param name="textOf">The text of a name, neither empty nor with white space around it; null for the default. A budget must have one.</param>
    /// <exception cref="AbsException">ABS1003 to ABS1005, ABS1011 to ABS1014: a text cannot be read, or is out of range.</exception>
    public static SearchSettings Parse(Func<string, string?> textOf) => All
        .Aggregate(Defaults, (settings, row) => textOf(row.Name) is { } text ? row.Parse(settings, text) : settings)
        .Validated();

    /// <summary>Reads settings from the object of a search request; every property must be there, and no other.</summary>
    /// <exception cref="JsonShapeException">It is another object.</exception>
    /// <exception cref="AbsException">ABS1003 to ABS1005, ABS1011 to ABS1014: a value is out of range.</exception>
    public static SearchSettings FromJson(StrictObject json)
    {
        var settings = All.Aggregate(Defaults, (settings, row) => row.FromJson(settings, json));
        json.End();
        return settings.Validated();
    }

    private static TextKind<BitChain> Chain(string name) => new("whole numbers", text => BitChain.Parse(text, name), bits => bits.RequireNonzeroLevels(name));
}
