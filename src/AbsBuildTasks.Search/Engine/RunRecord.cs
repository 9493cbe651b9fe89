using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// How a plan came about: device, versions, and what each epoch did to loss, cost and gates. Kept beside the plan,
/// which holds nothing that differs from run to run.
/// </summary>
internal sealed class RunRecord
{
    // Below, decimals would leave no digits of a loss or a metric.
    private const double SmallNumber = 0.01;

    private readonly JArray _epochs = [];
    private readonly JArray _warnings = [];
    private readonly long _start = Environment.TickCount64;
    private readonly JObject _environment;
    private readonly IReadOnlyList<CostKind> _steered;
    private double _secondsBefore;

    /// <summary>Starts a record.</summary>
    public RunRecord(SearchJob job)
    {
        _environment = new JObject
        {
            ["engine"] = typeof(RunRecord).Assembly.GetName().Version?.ToString(3),
            ["torchSharp"] = typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3),
            ["device"] = job.Device.ToString(),
            ["threads"] = get_num_threads(),
            ["seed"] = job.Settings.Seed,
        };
        _steered = job.Settings.Budget.Steered;
    }

    /// <summary>What the compressed network does on the test data; null until it is known.</summary>
    public RunTest? Test { get; set; }

    /// <summary>Adds an epoch.</summary>
    /// <param name="progress">What was reported of it.</param>
    /// <param name="prices">λ of each cost in its last step, while searching.</param>
    /// <param name="target">The cost it was to arrive at, while searching.</param>
    /// <param name="network">The network whose further costs to write down, while searching.</param>
    /// <param name="steps">What one step from the decisions would do, where they were frozen.</param>
    public void Add(SearchProgress progress, PerCost<double>? prices = null, double? target = null, CompressedNetwork? network = null, IReadOnlyList<RunStep>? steps = null)
    {
        var epoch = new JObject { ["phase"] = progress.Phase, ["epoch"] = progress.Epoch };
        Put("loss", progress.Loss);
        Put(RunEpoch.TestLossProperty, progress.TestLoss);
        Put("metric", progress.Metric);
        Put("relativeBops", progress.RelativeBops);
        foreach (var kind in _steered.Where(kind => kind != CostKind.Leading))
        {
            Put(ShareOf(kind), network is null ? null : NetworkCost.Relative(network, kind));
        }

        Put("target", target);
        foreach (var kind in CostKind.All)
        {
            // Of the leading cost always: a search has a price for it, even where that is 0.
            Put(kind == CostKind.Leading ? "lambda" : kind.Key + "Lambda", kind == CostKind.Leading || prices?[kind] > 0 ? prices?[kind] : null);
        }

        if (progress.Layers.Count > 0)
        {
            epoch["layers"] = new JArray(progress.Layers.Select(layer => new JObject
            {
                ["name"] = layer.Name,
                ["weightBits"] = layer.WeightBits,
                ["activationBits"] = layer.ActivationBits,
                ["keptFilters"] = layer.KeptFilters,
            }));
        }

        if (steps is { Count: > 0 })
        {
            epoch[RunStep.Property] = new JArray(steps.Select(Step));
        }

        _epochs.Add(epoch);

        void Put(string name, double? value)
        {
            // A metric may be no number before the network has learned anything, and JSON has none for it.
            if (value is { } number && double.IsFinite(number))
            {
                epoch[name] = Math.Abs(number) < SmallNumber ? PlanNumber.Digits(number, 6) : Math.Round(number, 6);
            }
        }
    }

    private static JObject Step(RunStep step)
    {
        var json = new JObject { ["layer"] = step.Layer };
        if (step.Tied > 0)
        {
            json["tied"] = step.Tied;
        }

        json["weightBits"] = step.WeightBits;
        json["activationBits"] = step.ActivationBits;
        json["keptFilters"] = step.KeptFilters;
        json["loss"] = Short(step.Loss);
        json["noise"] = Short(step.Noise);
        json["bops"] = step.Bops;
        return json;

        // An estimate: more digits would say nothing.
        static double Short(double value) => PlanNumber.Digits(value, 4);
    }

    /// <summary>Adds a warning that is about the plan. A run that goes on gives those again that it gave before.</summary>
    public void Warn(string code, string text) => _warnings.Add(new JObject { ["code"] = code, ["text"] = text });

    /// <summary>Writes epochs and time so far, or takes up those of an earlier run.</summary>
    public void Exchange(StateStream state)
    {
        var seconds = state.Number(Seconds());
        if (!state.IsReading)
        {
            _ = state.Text(_epochs.ToString(Formatting.None));
            return;
        }

        _secondsBefore = seconds;
        _epochs.ReplaceAll(ReadEpochs(state));
    }

    /// <summary>Writes the epochs of some phases, or adds them to those there are.</summary>
    /// <param name="state">Where to.</param>
    /// <param name="phases">What the phases are called.</param>
    public void ExchangeEpochs(StateStream state, params string[] phases)
    {
        if (!state.IsReading)
        {
            _ = state.Text(new JArray(_epochs.Where(epoch => phases.Contains((string?)epoch["phase"]))).ToString(Formatting.None));
            return;
        }

        foreach (var epoch in ReadEpochs(state))
        {
            _epochs.Add(epoch);
        }
    }

    /// <summary>Forgets the epochs of some phases.</summary>
    /// <param name="phases">What the phases are called.</param>
    public void Forget(params string[] phases)
    {
        foreach (var epoch in _epochs.Where(epoch => phases.Contains((string?)epoch["phase"])).ToArray())
        {
            epoch.Remove();
        }
    }

    /// <summary>Loss and costs of each epoch of the phase that came last, in their order, as they are written down: the costs that the search lowers.</summary>
    /// <param name="phase">What the phase is called.</param>
    public IEnumerable<(double Loss, IReadOnlyList<double?> Costs)> Latest(string phase) => _epochs
        .Reverse()
        .TakeWhile(epoch => (string?)epoch["phase"] == phase)
        .Reverse()
        .Select(epoch => ((double?)epoch["loss"] ?? double.PositiveInfinity, (IReadOnlyList<double?>)[.. _steered.Select(kind => (double?)epoch[ShareOf(kind)])]));

    /// <summary>The record as JSON.</summary>
    /// <param name="ended">Where the run was ended before it was done.</param>
    public string ToJson(IReadOnlyList<EndedPhase> ended)
    {
        var root = (JObject)_environment.DeepClone();
        root["seconds"] = Math.Round(Seconds(), 1);
        if (ended.Count > 0)
        {
            root[EndedPhase.Property] = new JArray(ended.Select(phase => new JObject { ["phase"] = phase.Phase, ["epochs"] = phase.Epochs, ["steps"] = phase.Steps }));
        }

        if (_warnings.Count > 0)
        {
            root[RunWarning.Property] = _warnings;
        }

        if (Test is not null)
        {
            using var test = new JTokenWriter();
            Test.Write(test);
            root[RunTest.Property] = test.Token;
        }

        root["epochs"] = _epochs;
        return root.ToString(Formatting.Indented);
    }

    private static string ShareOf(CostKind kind) => kind.RelativeProperty ?? $"relative{char.ToUpperInvariant(kind.Key[0])}{kind.Key[1..]}";

    private static JToken[] ReadEpochs(StateStream state)
    {
        try
        {
            using var reader = new JsonTextReader(new StringReader(state.Text(""))) { MaxDepth = 8, DateParseHandling = DateParseHandling.None };
            return [.. JArray.Load(reader).Children()];
        }
        catch (JsonException exception)
        {
            throw new CheckpointException("holds a record that cannot be read", exception);
        }
    }

    private double Seconds() => _secondsBefore + ((Environment.TickCount64 - _start) / 1000.0);
}
