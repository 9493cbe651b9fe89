using System.Diagnostics;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Digits;
using Paper;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>What the last decisions cost and come to, in whole searches: examples that go through the network, and the plan's accuracy.</summary>
internal static class Landings
{
    private static readonly ModelContext Sample = new(
        Repository.PathOf("samples/Digits"),
        [Repository.PathOf("samples/Digits/data/digits.csv.gz")]);

    public static void Run(int seeds, IReadOnlySet<string> only)
    {
        var searches = new (string Name, IAbsModel Model, SearchSettings Settings)[]
        {
            ("digits", new DigitsModel(), Settings("bops=3%", 12) with { BatchSize = 32 }),
            ("textures", new TexturesModel(), Settings("bops=2%", 4)),
            ("resnet20", new TexturesModel(() => ResNet.Small(20, channels: 1, classes: 10)), Settings("bops=1.2%", 2)),
            ("resnet20-tight", new TexturesModel(() => ResNet.Small(20, channels: 1, classes: 10)), Settings("bops=0.4%", 2)),
            ("resnet20-latency", new TexturesModel(() => ResNet.Small(20, channels: 1, classes: 10)), Settings("latency=30%", 2)),
            ("resnet20-drop", new TexturesModel(() => ResNet.Small(20, channels: 1, classes: 10)), Settings("drop=1", 2)),
            ("resnet56", new TexturesModel(() => ResNet.Small(56, channels: 1, classes: 10)), Settings("bops=1.2%", 2)),
            ("lenet5", new CachedModel(), Settings("bops=0.61%", 1) with { KeepFirstAndLast = false, BatchSize = 128, GateLearningRate = 0.001 }),
        };
        Console.WriteLine($"{"",-17}{"seed",4}{"full",8}{"plan",8}{"BOPs",9}{"search s",10}{"landing s",11}{"landing examples",18}  bits, filters");
        foreach (var (name, model, settings) in searches.Where(search => only.Count == 0 || only.Contains(search.Name)))
        {
            for (var seed = 1; seed <= seeds; seed++)
            {
                Row(name, model, settings with { Seed = seed });
            }
        }
    }

    private static void Row(string name, IAbsModel model, SearchSettings settings)
    {
        var counted = new Counted(model);
        var job = new SearchJob
        {
            Model = "any",
            Fingerprint = new string('0', 64),
            Settings = settings,
            Context = model is CachedModel ? CachedModel.Context : Sample,
            Device = CPU,
            Latency = settings.Budget.Limits[CostKind.Latency].IsSet ? FakeTimes.Table(model) : null,
        };
        var (watch, times, examples) = (Stopwatch.StartNew(), new Dictionary<string, double>(), new Dictionary<string, long>());
        using var result = SearchEngine.Run(
            counted,
            job,
            progress =>
            {
                times[progress.Phase] = times.GetValueOrDefault(progress.Phase) + watch.Elapsed.TotalSeconds;
                examples[progress.Phase] = examples.GetValueOrDefault(progress.Phase) + counted.Examples;
                counted.Examples = 0;
                watch.Restart();
            },
            CancellationToken.None);
        var plan = result.Plan;
        Console.WriteLine(FormattableString.Invariant(
            $"{name,-17}{settings.Seed,4}{plan.Metric.FullPrecision,8:0.00}{plan.Metric.Compressed,8:0.00}{plan.Totals.RelativeBops,9:0.000%}{times["search"],10:0.0}{times["freeze"],11:0.0}{examples["freeze"],18}  {string.Join(" ", plan.Layers.Select(layer => $"{layer.WeightBits}/{layer.ActivationBits}/{layer.KeptFilters.Count}"))}"));
    }

    private static SearchSettings Settings(string budget, int epochs) => new()
    {
        Budget = Budget.Parse(budget),
        TrainEpochs = epochs,
        SearchEpochs = epochs,
        FineTuneEpochs = epochs,
        Baseline = BaselineKind.AsTrained,
    };

    /// <summary>A model whose network counts the examples that go through it.</summary>
    private sealed class Counted(IAbsModel inner) : IAbsModel
    {
        public long Examples { get; set; }

        public Module CreateNetwork() => inner.CreateNetwork();

        public ModelData LoadData(ModelContext context) => inner.LoadData(context);

        public IReadOnlyList<Tensor> Forward(Module network, IReadOnlyList<Tensor> inputs)
        {
            Examples += inputs[0].shape[0];
            return inner.Forward(network, inputs);
        }
    }
}
