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

/// <summary>What quantised sums cost: the metric of a residual network's file without them and with them, after a whole search for ONNX Runtime.</summary>
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
        Console.WriteLine($"{"",-10}{"seed",5}{"full precision",16}{"plan",8}{"noise",8}{"file",8}{"with sums",11}{"BOPs",9}");
        foreach (var (name, (model, epochs, batch)) in Sets.Where(set => only.Count == 0 || only.Contains(set.Key)))
        {
            for (var seed = 1; seed <= seeds; seed++)
            {
                var weights = Path.GetTempFileName();
                try
                {
                    var plan = Search(model, epochs, batch, seed, weights);
                    var (file, withSums) = Rewritten.Run<(double, double)>(Export, name, weights);
                    Console.WriteLine(FormattableString.Invariant(
                        $"{name,-10}{seed,5}{plan.Metric.FullPrecision,16:0.00}{plan.Metric.Compressed,8:0.00}{plan.Metric.Noise,8:0.00}{file,8:0.00}{withSums,11:0.00}{plan.Totals.RelativeBops,9:0.00%}"));
                }
                finally
                {
                    File.Delete(weights);
                }
            }
        }
    }

    private static CompressionPlan Search(IAbsModel model, int epochs, int batch, int seed, string weights)
    {
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
        using var result = SearchEngine.Run(model, new SearchJob { Model = "any", Fingerprint = new string('0', 64), Settings = settings, Context = Sample, Device = CPU }, _ => { }, CancellationToken.None);
        result.SaveWeights(weights);
        return result.Plan;
    }

    /// <summary>Both files' metrics; runs where TorchSharp tells of its native calls.</summary>
    private static (double File, double WithSums) Export(string name, string weights)
    {
        return (Metric(quantizesSums: false), Metric(quantizesSums: true));

        double Metric(bool quantizesSums) =>
            new NetworkExport(Sets[name].Model, Sample, _ => { }, (_, _) => { }, CancellationToken.None).Run(weights, "1", OnnxRecord.HighestOpset, quantizesSums, inputMultiple: 4, Target.AllFuses).Record.Metric;
    }

    private static ResNet Network() => ResNet.Small(8, channels: 1, classes: 10);

    /// <summary>The sample's digits and a residual network.</summary>
    private sealed class OnDigits : IAbsModel
    {
        public Module CreateNetwork() => Network();

        public ModelData LoadData(ModelContext context) => new DigitsModel().LoadData(context);
    }
}
