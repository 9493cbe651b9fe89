using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Engine;
using Digits;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>What a scale for each filter is worth: the same bits in all layers, nothing pruned, as many steps, and only the scales differ.</summary>
internal static class Scales
{
    private static readonly ModelContext Sample = new(
        Repository.PathOf("samples/Digits"),
        [Repository.PathOf("samples/Digits/data/digits.csv.gz")]);

    private static readonly string[] Bits = ["2/8", "4/8", "2/2", "4/4"];

    public static void Run(int seeds, IReadOnlySet<string> only)
    {
        var sets = new (string Name, IAbsModel Model, ModelContext Context, SearchSettings Settings)[]
        {
            ("digits", new DigitsModel(), Sample, Settings(8) with { BatchSize = 32 }),
            ("fashion", new CachedModel(), CachedModel.Context, Settings(3) with { BatchSize = 128 }),
            ("textures", new TexturesModel(), Sample, Settings(3)),
        };
        foreach (var (name, model, context, settings) in sets.Where(set => only.Count == 0 || only.Contains(set.Name)))
        {
            Console.WriteLine($"{name,-12}{"scales",-10}{"top-1 of each seed",-48}{"mean",8}{"loss of each seed",28}{"mean",16}");
            foreach (var bits in Bits.Where(bits => !only.Any(word => word.Contains('/', StringComparison.Ordinal)) || only.Contains(bits)))
            {
                foreach (var kind in Enum.GetValues<ScaleKind>())
                {
                    var runs = Enumerable.Range(1, seeds).Select(seed => Search(model, context, settings with { Seed = seed, WeightScales = kind, Layers = LayerRules.Parse($"*:{bits},whole") })).ToArray();
                    Console.WriteLine(FormattableString.Invariant(
                        $"{bits,-12}{kind,-10}{string.Join(' ', runs.Select(run => FormattableString.Invariant($"{run.Top1:0.00}"))),-48}{runs.Average(run => run.Top1),8:0.000}  {string.Join(' ', runs.Select(run => FormattableString.Invariant($"{run.Loss:0.0000}"))),-38}{runs.Average(run => run.Loss),8:0.0000}"));
                }
            }
        }
    }

    private static SearchSettings Settings(int epochs) => new()
    {
        Budget = Budget.Parse("bops=100%"),
        TrainEpochs = epochs,
        SearchEpochs = 1,
        FineTuneEpochs = epochs,
        Baseline = BaselineKind.AsTrained,
        KeepFirstAndLast = false,
    };

    private static (double Top1, double Loss) Search(IAbsModel inner, ModelContext context, SearchSettings settings)
    {
        var model = new Watched(inner);
        var job = new SearchJob { Model = "any", Fingerprint = new string('0', 64), Settings = settings, Context = context, Device = CPU };
        var loss = double.NaN;
        using var result = SearchEngine.Run(
            model,
            job,
            progress => loss = progress.Phase == "fine-tune" ? model.Losses.TakeLast(model.Examples).Average() : loss,
            CancellationToken.None);
        return (result.Plan.Metric.Compressed, loss);
    }

    /// <summary>A model whose loss on the test data is noted.</summary>
    private sealed class Watched(IAbsModel inner) : IAbsModel
    {
        /// <summary>The loss of each example that was measured.</summary>
        public List<double> Losses { get; } = [];

        /// <summary>How many test examples there are.</summary>
        public int Examples { get; private set; }

        public Module CreateNetwork() => inner.CreateNetwork();

        public ModelData LoadData(ModelContext context)
        {
            var data = inner.LoadData(context);
            Examples = data.Test.Count;
            return data;
        }

        public double Metric(Tensor output, Tensor target)
        {
            using var scope = NewDisposeScope();
            Losses.AddRange(functional.cross_entropy(output, target, reduction: Reduction.None).to(ScalarType.Float64).cpu().data<double>().ToArray());
            return 100 * output.argmax(1).eq(target).to(ScalarType.Float64).mean().item<double>();
        }
    }
}
