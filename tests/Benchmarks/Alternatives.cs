using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Training;
using FashionMnist;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>
/// The joint search against what one would do without it, on Fashion-MNIST with LeNet-5: the same data, batches and
/// number of steps for each, all of it with the product's own quantiser and training.
/// </summary>
internal static class Alternatives
{
    private const int Epochs = 10;

    // LeNet-5's parameters in full precision, which pruning before quantising starts with fewer of.
    private const double WholeSize = 4 * 582_026;

    public static void Run(int seed, IReadOnlySet<string> only)
    {
        var model = new CachedModel();
        var joint = Settings(seed, "bops=0.61%");
        var rows = new (string Name, Func<(CompressionPlan Plan, string Cost)> Run)[]
        {
            ("full precision", () => Search(model, Settings(seed, "bops=100%") with { Layers = LayerRules.Parse("*:keep"), SearchEpochs = 1, FineTuneEpochs = Epochs - 3 - 1 })),
            ("uniform 8 bits", () => Search(model, Uniform(seed, 8))),
            ("uniform 4 bits", () => Search(model, Uniform(seed, 4))),
            ("uniform 2 bits", () => Search(model, Uniform(seed, 2))),
            ("quantisation only", () => Search(model, joint with { Layers = LayerRules.Parse("*:whole") })),
            ("joint", () => Search(model, joint)),
            ("joint, 0.39 %", () => Search(model, Settings(seed, "bops=0.391%"))),
            ("joint, 1.56 %", () => Search(model, Settings(seed, "bops=1.563%"))),
            ("prune, then quantise", () => PruneThenQuantize(model, seed, 0.0061)),
            ("multi-path", () => Paths(model, seed, 0.0061)),
            ("pruning only, 5 %", () => Search(model, Settings(seed, "bops=5%") with { Layers = LayerRules.Parse("*:32/32") })),
            ("joint, 5 %", () => Search(model, Settings(seed, "bops=5%"))),
        };

        Console.WriteLine($"{"",-24}{"top-1",8}{"BOPs",10}{"size",10}  bits of conv1, conv2, fc1, fc2; filters");
        foreach (var (name, run) in rows.Where(row => only.Count == 0 || only.Contains(row.Name)))
        {
            var (plan, cost) = run();
            Console.WriteLine(FormattableString.Invariant($"{name,-24}{plan.Metric.Compressed,8:0.00}{cost,10}{(double)plan.Totals.SizeBytes / WholeSize,10:0.0%}  {Decisions(plan)}"));
        }
    }

    private static SearchSettings Settings(int seed, string budget) => new()
    {
        Budget = Budget.Parse(budget),
        KeepFirstAndLast = false,
        Seed = seed,
        BatchSize = 128,
        TrainEpochs = 3,
        SearchEpochs = 4,
        FineTuneEpochs = 3,
        GateLearningRate = 0.001,

        // Full precision has a row of its own here, of as many steps.
        Baseline = BaselineKind.AsTrained,
    };

    /// <summary>Nothing to search: all epochs after full-precision training go to training under the fixed bitwidths.</summary>
    private static SearchSettings Uniform(int seed, int bits) => Settings(seed, "bops=100%") with
    {
        Layers = LayerRules.Parse(FormattableString.Invariant($"*:{bits}/{bits},whole")),
        SearchEpochs = 1,
        FineTuneEpochs = Epochs - 3 - 1,
    };

    private static SearchJob Job(SearchSettings settings) => new()
    {
        Model = "lenet5",
        Fingerprint = new string('0', 64),
        Settings = settings,
        Context = CachedModel.Context,
        Device = CPU,
    };

    private static (CompressionPlan Plan, string Cost) Search(IAbsModel model, SearchSettings settings, string? checkpoint = null, double scale = 1)
    {
        using var result = SearchEngine.Run(model, Job(settings) with { StartingWeights = checkpoint }, _ => { }, CancellationToken.None);
        return (result.Plan, FormattableString.Invariant($"{result.Plan.Totals.RelativeBops * scale:0.000%}"));
    }

    /// <summary>Three epochs of full precision, two of pruning, then the pruned filters are gone for good: two of choosing bits, three of fine-tuning.</summary>
    private static (CompressionPlan Plan, string Cost) PruneThenQuantize(CachedModel model, int seed, double budget)
    {
        // What the joint search keeps of the multiply-accumulates at this budget, about.
        const string Share = "bops=60%";
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var settings = Settings(seed, Share) with { Layers = LayerRules.Parse("*:32/32"), SearchEpochs = 2, FineTuneEpochs = 0 };
        using var pruned = SearchEngine.Run(model, Job(settings), _ => { }, CancellationToken.None);
        try
        {
            pruned.SaveWeights(file);
            var whole = CompressedModel.Load(new LeNet5(), file);
            var (small, scale) = Smaller.Of(whole, pruned.Plan);
            small.save(file);
            var rest = Settings(seed, FormattableString.Invariant($"bops={Math.Floor(budget / scale * 1e8) / 1e6}%")) with { Layers = LayerRules.Parse("*:whole"), SearchEpochs = 2 };
            return Search(model with { Create = () => new Smaller(small) }, rest, file, scale);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Three epochs of full precision, four with one path per bitwidth, three of fine-tuning the chosen paths.</summary>
    private static (CompressionPlan Plan, string Cost) Paths(CachedModel model, int seed, double budget)
    {
        var data = model.LoadData(CachedModel.Context);
        _ = manual_seed(seed);
        var network = new LeNet5();
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using var optimizer = optim.Adam(network.parameters());
            var trainer = new Trainer(model, network, data, Job(Settings(seed, "bops=100%")), () => false);
            for (var epoch = 0; epoch < 3; epoch++)
            {
                _ = trainer.PlainEpoch(epoch, (epoch, 3, 1e-3), inputs => [network.call(inputs[0])], optimizer);
            }

            string layers;
            using (var scope = NewDisposeScope())
            {
                layers = SearchPaths(network, data, seed, budget);
            }

            network.save(file);
            return Search(model, Uniform(seed, 8) with { Layers = LayerRules.Parse(layers), FineTuneEpochs = 2 }, file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string SearchPaths(Module<Tensor, Tensor> network, ModelData data, int seed, double budget)
    {
        var example = data.Train.Inputs[TensorIndex.Slice(0, 128)];
        using var paths = new MultiPath(network, example);
        network.train();
        _ = network.call(example);
        var optimizer = optim.Adam(paths.Parameters());
        var cost = paths.RelativeBops().item<float>() + 0.0;
        var schedule = new BudgetSchedule(cost, budget);
        var (step, steps) = (0, 4 * ((data.Train.Count + 127) / 128));
        foreach (var batch in Enumerable.Range(3, 4).SelectMany(epoch => Batches.Shuffled(data.Train, 128, seed, epoch)))
        {
            cost = paths.Step(optimizer, batch.Inputs[0], batch.Targets[0], schedule.Lambda(cost, (double)step++ / steps));
        }

        paths.Collapse();
        return string.Join(";", paths.Chosen.Select(layer => FormattableString.Invariant($"{layer.Name}:{layer.Bits}/{layer.Bits},whole")));
    }

    private static string Decisions(CompressionPlan plan) => string.Join(" ", plan.Layers.Select(layer =>
        FormattableString.Invariant($"{layer.WeightBits}/{layer.ActivationBits}:{layer.KeptFilters.Count}")));
}
