using System.Diagnostics;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using Digits;
using Newtonsoft.Json.Linq;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>
/// What a plan is compared with, and whether a locked build arrives where the search did: several data sets and seeds, the
/// metric of the full-precision network as it was trained and after as many steps, of the plan, and of the locked plan.
/// </summary>
internal static class Fairness
{
    private static readonly ModelContext Sample = new(
        Repository.PathOf("samples/Digits"),
        [Repository.PathOf("samples/Digits/data/digits.csv.gz")]);

    public static void Run(int seeds, IReadOnlySet<string> only)
    {
        var sets = new (string Name, IAbsModel Model, ModelContext Context, SearchSettings Settings)[]
        {
            ("digits", new DigitsModel(), Sample, Settings("bops=3%", 12) with { BatchSize = 32 }),
            ("digits, 3 epochs", new DigitsModel(), Sample, Settings("bops=3%", 3) with { BatchSize = 32 }),
            ("textures", new TexturesModel(), Sample, Settings("bops=2%", 4)),
            ("table", new TableModel(), Sample, Settings("bops=4%", 10)),
            ("fashion", new CachedModel(), CachedModel.Context, Settings("bops=0.61%", 3) with { KeepFirstAndLast = false, BatchSize = 128, SearchEpochs = 4, GateLearningRate = 0.001 }),
        };
        Console.WriteLine($"{"",-18}{"seed",4}{"as trained",12}{"as many steps",15}{"plan",9}{"noise",8}{"paired",8}{"locked",9}{"paired",8}{"BOPs",9}{"s",8}{"baseline s",12}");
        foreach (var (name, model, context, settings) in sets.Where(set => only.Count == 0 ? set.Name != "fashion" : only.Contains(set.Name)))
        {
            for (var seed = 1; seed <= seeds; seed++)
            {
                var job = Job(settings with { Seed = seed }, context);
                var (searched, record, times, hits) = Search(model, job);
                var (locked, _, _, again) = Search(model, job with { HeldPlan = searched });
                var trained = record["epochs"]!.Last(epoch => (string)epoch["phase"]! == "train")["metric"]!.Value<double>();
                Console.WriteLine(FormattableString.Invariant(
                    $"{name,-18}{seed,4}{trained,12:0.00}{searched.Metric.FullPrecision,15:0.00}{searched.Metric.Compressed,9:0.00}{searched.Metric.Noise,8:0.00}{Paired(hits["baseline"], hits["fine-tune"]),8:0.00}{locked.Metric.Compressed,9:0.00}{Paired(hits["fine-tune"], again["fine-tune"]),8:0.00}{searched.Totals.RelativeBops,9:0.00%}{times.Values.Sum(),8:0.0}{times["baseline"],12:0.0}"));
            }
        }
    }

    private static SearchSettings Settings(string budget, int epochs) => new()
    {
        Budget = Budget.Parse(budget),
        TrainEpochs = epochs,
        SearchEpochs = epochs,
        FineTuneEpochs = epochs,
    };

    private static SearchJob Job(SearchSettings settings, ModelContext context) => new()
    {
        Model = "any",
        Fingerprint = new string('0', 64),
        Settings = settings,
        Context = context,
        Device = CPU,
    };

    /// <summary>The noise of the difference of two networks on the same examples, in points: by those that one has right and the other wrong.</summary>
    private static double Paired(bool[] before, bool[] after)
    {
        var (lost, won) = (before.Zip(after).Count(pair => pair is (true, false)), before.Zip(after).Count(pair => pair is (false, true)));
        var difference = (double)(won - lost) / before.Length;
        return 100 * 1.96 * Math.Sqrt((((double)(won + lost) / before.Length) - (difference * difference)) / before.Length);
    }

    private static (CompressionPlan Plan, JObject Record, Dictionary<string, double> Times, Dictionary<string, bool[]> Hits) Search(IAbsModel inner, SearchJob job)
    {
        var (times, watch) = (new Dictionary<string, double>(), Stopwatch.StartNew());
        var (hits, model) = (new Dictionary<string, bool[]>(), new Watched(inner));
        using var result = SearchEngine.Run(
            model,
            job,
            progress =>
            {
                times[progress.Phase] = times.GetValueOrDefault(progress.Phase) + watch.Elapsed.TotalSeconds;
                watch.Restart();

                // What was measured last is the test data, at the end of the epoch.
                if (progress.Phase is "baseline" or "fine-tune")
                {
                    hits[progress.Phase] = [.. model.Hits.TakeLast(model.Examples)];
                    model.Hits.Clear();
                }
            },
            CancellationToken.None);
        return (result.Plan, JObject.Parse(result.RunRecordJson), times, hits);
    }

    /// <summary>A model whose answers are noted.</summary>
    private sealed class Watched(IAbsModel inner) : IAbsModel
    {
        /// <summary>For each example that was measured, whether the answer was right.</summary>
        public List<bool> Hits { get; } = [];

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
            using var hits = output.argmax(1).eq(target).cpu();
            Hits.AddRange(hits.data<bool>().ToArray());
            return 100 * hits.to(ScalarType.Float64).mean().item<double>();
        }
    }

    /// <summary>Rows of twenty numbers, whose class another network's weights decide, with some noise.</summary>
    private sealed class TableModel : IAbsModel
    {
        public Module CreateNetwork() => new Network();

        public ModelData LoadData(ModelContext context)
        {
            var random = new Random(12);
            double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            double[][] first = [.. Enumerable.Range(0, 12).Select(_ => Enumerable.Range(0, 20).Select(_ => Normal()).ToArray())];
            double[][] second = [.. Enumerable.Range(0, 5).Select(_ => Enumerable.Range(0, 12).Select(_ => Normal()).ToArray())];
            return new(Part(4000), Part(1000));

            LabelledData Part(int count)
            {
                var (values, labels) = (new float[count * 20], new long[count]);
                for (var i = 0; i < count; i++)
                {
                    var row = Enumerable.Range(0, 20).Select(_ => Normal()).ToArray();
                    var hidden = first.Select(weights => Math.Tanh(weights.Zip(row, (a, b) => a * b).Sum() / 3)).ToArray();
                    var scores = second.Select(weights => weights.Zip(hidden, (a, b) => a * b).Sum() + (0.3 * Normal())).ToArray();
                    labels[i] = Array.IndexOf(scores, scores.Max());
                    row.Select(value => (float)value).ToArray().CopyTo(values, i * 20);
                }

                return new(tensor(values).reshape(count, 20), tensor(labels));
            }
        }

        private sealed class Network : Module<Tensor, Tensor>
        {
            private readonly Linear first = Linear(20, 64);
            private readonly Linear second = Linear(64, 64);
            private readonly Linear third = Linear(64, 64);
            private readonly Linear logits = Linear(64, 5);

            public Network()
                : base("Table") => RegisterComponents();

            public override Tensor forward(Tensor input) =>
                logits.call(functional.relu(third.call(functional.relu(second.call(functional.relu(first.call(input)))))));
        }
    }
}
