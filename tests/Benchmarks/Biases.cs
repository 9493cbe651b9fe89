using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using Digits;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>What rounded biases change: the metric, the loss and the outputs of a network without normalisations, whose file has them rounded, where training did not.</summary>
internal static class Biases
{
    private static readonly int[] Widths = [2, 3, 4, 6, 8];

    private static readonly ModelContext Sample = new(
        Repository.PathOf("samples/Digits"),
        [Repository.PathOf("samples/Digits/data/digits.csv.gz")]);

    public static void Run(int seeds)
    {
        Console.WriteLine($"{"bits",5}{"seed",5}{"network",10}{"file",10}{"loss",10}{"of file",10}{"outputs differ",16}");
        foreach (var bits in Widths)
        {
            for (var seed = 1; seed <= seeds; seed++)
            {
                var weights = Path.GetTempFileName();
                try
                {
                    Search(bits, seed, weights);
                    var (metric, fileMetric, loss, fileLoss, difference) = Rewritten.Run<(double, double, double, double, double)>(Compare, weights);
                    Console.WriteLine(FormattableString.Invariant($"{bits,5}{seed,5}{metric,10:0.00}{fileMetric,10:0.00}{loss,10:0.00000}{fileLoss,10:0.00000}{difference,16:0.000%}"));
                }
                finally
                {
                    File.Delete(weights);
                }
            }
        }
    }

    private static void Search(int bits, int seed, string weights)
    {
        var settings = new SearchSettings
        {
            Budget = Budget.Parse("bops=10%"),
            Bits = BitChain.Parse(FormattableString.Invariant($"{bits}")),
            KeepFirstAndLast = false,
            TrainEpochs = 8,
            SearchEpochs = 2,
            FineTuneEpochs = 8,
            BatchSize = 32,
            Seed = seed,
            Baseline = BaselineKind.AsTrained,
        };
        using var result = SearchEngine.Run(new OnDigits(), new SearchJob { Model = "any", Fingerprint = new string('0', 64), Settings = settings, Context = Sample, Device = CPU }, _ => { }, CancellationToken.None);
        result.SaveWeights(weights);
    }

    /// <summary>Network and file on the test data; runs where TorchSharp tells of its native calls.</summary>
    private static (double Metric, double FileMetric, double Loss, double FileLoss, double Difference) Compare(string weights)
    {
        var (content, _, record) = new NetworkExport(new OnDigits(), Sample, _ => { }, (_, _) => { }, CancellationToken.None)
            .Run(weights, "1", OnnxRecord.HighestOpset, quantizesSums: false, inputMultiple: 1, Target.AllFuses);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var test = new DigitsModel().LoadData(Sample).Test;
        using var network = Network();
        _ = CompressedModel.Load(network, weights);
        network.eval();
        using var file = OnnxNetwork.Quantized(content, "file");
        file.eval();
        var (wanted, given) = (network.call(test.Inputs), file.call(test.Inputs));
        return (record.NetworkMetric, record.Metric, Loss(wanted), Loss(given), ((wanted - given).abs().mean() / wanted.abs().max()).item<float>());

        double Loss(Tensor outputs) => functional.cross_entropy(outputs, test.Targets).item<float>();
    }

    /// <summary>LeNet's form at 8×8 pixels: each layer has a bias of its own.</summary>
    private static Module<Tensor, Tensor> Network() => Sequential(
        ("conv1", Conv2d(1, 16, 3, padding: 1)),
        ("relu1", ReLU()),
        ("pool1", MaxPool2d(2)),
        ("conv2", Conv2d(16, 32, 3, padding: 1)),
        ("relu2", ReLU()),
        ("pool2", MaxPool2d(2)),
        ("flat", Flatten()),
        ("fc1", Linear(128, 64)),
        ("relu3", ReLU()),
        ("fc2", Linear(64, 10)));

    private sealed class OnDigits : IAbsModel
    {
        public Module CreateNetwork() => Network();

        public ModelData LoadData(ModelContext context) => new DigitsModel().LoadData(context);
    }
}
