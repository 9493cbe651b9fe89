using System.Diagnostics;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Engine;
using Digits;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>
/// What it saves and costs to start a search from the delivered weights of an earlier one: Digits, where the earlier plan
/// was made from half of the training examples. All searches have the same epochs of search and fine-tuning.
/// </summary>
internal static class WarmStarts
{
    private static readonly ModelContext Sample = new(
        Repository.PathOf("samples/Digits"),
        [Repository.PathOf("samples/Digits/data/digits.csv.gz")]);

    private static readonly SearchSettings Settings = new() { Budget = Budget.Parse("bops=3%"), BatchSize = 32, TrainEpochs = 12, SearchEpochs = 12, FineTuneEpochs = 12, Baseline = BaselineKind.AsTrained };

    /// <summary>Measures.</summary>
    /// <param name="seeds">How many seeds.</param>
    public static void Measure(int seeds)
    {
        var folder = Directory.CreateTempSubdirectory("abs-warm-").FullName;
        var starts = Enumerable.Range(1, seeds).Select(seed =>
        {
            var file = Path.Combine(folder, FormattableString.Invariant($"{seed}.weights.zip"));
            using var result = Search(new HalfOfDigits(), Settings with { Seed = seed }, start: null);
            result.SaveWeights(file);
            using var content = File.OpenRead(file);
            return new WarmStart(file, ContentHash.Of(content));
        }).ToArray();
        Console.WriteLine($"{"start",-8}{"TrainEpochs",12}{"top-1 full precision",24}{"top-1 of the plan",20}{"of each seed",24}{"processor s",14}");
        foreach (var (name, isWarm) in new[] { ("cold", false), ("warm", true) })
        {
            foreach (var epochs in isWarm ? new[] { 12, 6, 3, 0 } : [12, 6, 3])
            {
                var runs = Enumerable.Range(1, seeds).Select(seed => Timed(Settings with { Seed = seed, TrainEpochs = epochs }, isWarm ? starts[seed - 1] : null)).ToArray();
                Console.WriteLine(FormattableString.Invariant($"{name,-8}{epochs,12}{runs.Average(run => run.Plan.Metric.FullPrecision),24:0.00}{runs.Average(run => run.Plan.Metric.Compressed),20:0.00}{string.Join(' ', runs.Select(run => FormattableString.Invariant($"{run.Plan.Metric.Compressed:0.00}"))),24}{runs.Average(run => run.Seconds),14:0.0}"));
            }
        }
    }

    private static (CompressionPlan Plan, double Seconds) Timed(SearchSettings settings, WarmStart? start)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        using var result = Search(new DigitsModel(), settings, start);
        process.Refresh();
        return (result.Plan, (process.TotalProcessorTime - before).TotalSeconds);
    }

    private static SearchResult Search(IAbsModel model, SearchSettings settings, WarmStart? start)
    {
        var job = new SearchJob { Model = "any", Fingerprint = new string('0', 64), Settings = settings, Context = Sample, Device = CPU, WarmStart = start };
        return SearchEngine.Run(model, job, _ => { }, CancellationToken.None);
    }

    /// <summary>The sample as it was before half of its training examples came.</summary>
    private sealed class HalfOfDigits : IAbsModel
    {
        private readonly DigitsModel _inner = new();

        public Module CreateNetwork() => _inner.CreateNetwork();

        public ModelData LoadData(ModelContext context)
        {
            var data = _inner.LoadData(context);
            var count = data.Train.Count / 2;
            return new ModelData(new LabelledData(data.Train.Inputs[..count], data.Train.Targets[..count]), data.Test);
        }
    }
}
