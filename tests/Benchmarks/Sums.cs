using System.Diagnostics;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using Digits;
using Paper;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>
/// What quantised sums cost: whole searches of a residual network for ONNX Runtime, whose sums are quantised after training,
/// and others that are fine-tuned with the quantisers; and what the files give.
/// </summary>
internal static class Sums
{
    private static readonly ModelContext Sample = new(
        Repository.PathOf("samples/Digits"),
        [Repository.PathOf("samples/Digits/data/digits.csv.gz")]);

    private static readonly Dictionary<string, (IAbsModel Model, int Epochs, int BatchSize)> Sets = new()
    {
        ["digits"] = (new OnDigits(), 8, 32),
        ["textures"] = (new TexturesModel(Network), 4, 64),
    };

    public static void Run(int seeds, IReadOnlySet<string> only)
    {
        Console.WriteLine($"{"",-10}{"seed",5}{"full precision",16}{"noise",8}{"BOPs",8} | {"plan",8}{"file",8}{"with sums",11}{"s",7} | {"fine-tuned with sums",22}{"file",8}{"s",7}");
        foreach (var name in Sets.Keys.Where(set => only.Count == 0 || only.Contains(set)))
        {
            for (var seed = 1; seed <= seeds; seed++)
            {
                var weights = Path.GetTempFileName();
                try
                {
                    // TorchSharp as it is in its package tells of no calls, so that nothing can be rounded there.
                    var (full, noise, bops, plan, time) = Search(name, seed, weights);
                    var (file, withSums) = (Rewritten.Run<double>(Export, name, weights, false), Rewritten.Run<double>(Export, name, weights, true));
                    var (_, _, _, tuned, tunedTime) = Rewritten.Run<(double, double, double, double, double)>(Search, name, seed, weights);
                    var tunedFile = Rewritten.Run<double>(Export, name, weights, true);
                    Console.WriteLine(FormattableString.Invariant(
                        $"{name,-10}{seed,5}{full,16:0.00}{noise,8:0.00}{bops,8:0.00%} | {plan,8:0.00}{file,8:0.00}{withSums,11:0.00}{time,7:0} | {tuned,22:0.00}{tunedFile,8:0.00}{tunedTime,7:0}"));
                }
                finally
                {
                    File.Delete(weights);
                }
            }
        }
    }

    private static (double FullPrecision, double Noise, double Bops, double Metric, double Seconds) Search(string name, int seed, string weights)
    {
        var (model, epochs, batch) = Sets[name];
        var settings = new SearchSettings
        {
            Budget = Budget.Parse("bops=1.5%"),
            DeployTarget = TargetTable.Find("onnxruntime-cpu")!,
            TrainEpochs = epochs,
            SearchEpochs = epochs,
            FineTuneEpochs = epochs,
            BatchSize = batch,
            Seed = seed,
        };
        var clock = Stopwatch.StartNew();
        using var result = SearchEngine.Run(model, new SearchJob { Model = "any", Fingerprint = new string('0', 64), Settings = settings, Context = Sample, Device = CPU }, _ => { }, CancellationToken.None);
        var seconds = clock.Elapsed.TotalSeconds;
        result.SaveWeights(weights);
        return (result.Plan.Metric.FullPrecision, result.Plan.Metric.Noise ?? 0, result.Plan.Totals.RelativeBops, result.Plan.Metric.Compressed, seconds);
    }

    /// <summary>A file's metric; runs where TorchSharp tells of its native calls.</summary>
    private static double Export(string name, string weights, bool quantizesSums) =>
        new NetworkExport(Sets[name].Model, Sample, _ => { }, (_, _) => { }, CancellationToken.None).Run(weights, "1", OnnxRecord.HighestOpset, quantizesSums, inputMultiple: 4, Target.AllFuses).Record.Metric;

    private static ResNet Network() => ResNet.Small(8, channels: 1, classes: 10);

    /// <summary>The sample's digits and a residual network.</summary>
    private sealed class OnDigits : IAbsModel
    {
        public Module CreateNetwork() => Network();

        public ModelData LoadData(ModelContext context) => new DigitsModel().LoadData(context);
    }
}
