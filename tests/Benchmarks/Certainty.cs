using System.Diagnostics;
using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Training;
using FashionMnist;
using Paper;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>
/// Times what makes plans true: the look at a network before its search, in forward passes of one batch, and the check of
/// what is delivered, in evaluations of the test data.
/// </summary>
internal static class Certainty
{
    private const int Rounds = 5;
    private const int TestExamples = 1024;

    public static void Print()
    {
        Console.WriteLine($"{"network",-24}{"layers",8}{"look s",9}{"passes",9}{"evaluation ms",15}{"check ms",10}{"ratio",7}");
        Measure("LeNet-5", () => new LeNet5(), [1, 28, 28]);
        Measure("ResNet-20", () => ResNet.Small(20, channels: 3, classes: 10), [3, 32, 32]);
        Measure("ResNet-56", () => ResNet.Small(56, channels: 3, classes: 10), [3, 32, 32]);
        Measure("MobileNetV2, 224 pixels", () => new MobileNetV2(1000), [3, 224, 224], testExamples: 64);
    }

    private static void Measure(string name, Func<Module<Tensor, Tensor>> create, long[] shape, int testExamples = TestExamples)
    {
        using var scope = NewDisposeScope();
        var model = new Images(create, shape, testExamples);
        var job = new SearchJob { Model = "measured", Fingerprint = new string('0', 64), Settings = new SearchSettings { Budget = new Budget(1) }, Context = new ModelContext(Path.GetTempPath(), []), Device = CPU };
        var data = model.LoadData(job.Context);
        var networks = new NetworkFactory(CheckedModel.Of(model, job.Context, (_, _) => { }), job);
        var network = new ModelNetwork(networks.Make(), ((IAbsModel)model).Forward);
        var examples = data.Train.First(2);
        var probe = NetworkProbe.Run(network, examples);
        var look = Time(() => ChannelTrace.Run(network, probe, examples), rounds: 1);
        double pass;
        using (no_grad())
        {
            pass = Time(() =>
            {
                using var inner = NewDisposeScope();
                _ = network.Call(examples);
            });
        }

        using var compressed = Contender.Compress((Module<Tensor, Tensor>)network.Module, examples[0]);
        compressed.Freeze(compressed.Decisions());
        var evaluator = new Evaluator(model, network.Module, data, CancellationToken.None);
        var value = evaluator.Metric(compressed.Run, data.Test);
        var plan = PlanBuilder.Build(job, compressed, new PlanMetric { Name = "top-1", FullPrecision = value, Compressed = value });
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.weights.zip");
        WeightExporter.Write(compressed, file);
        var turns = Enumerable.Range(0, Rounds).Select(_ => (
            Evaluation: Time(() => evaluator.Metric(compressed.Run, data.Test), rounds: 1),
            Check: Time(() => new DeliveryCheck(model, job, networks, data, compressed, plan, run => evaluator.Metric(run, data.Test)).Require(file), rounds: 1))).ToArray();
        File.Delete(file);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-24}{probe.Layers.Count,8}{look / 1000,9:0.0}{look / pass,9:0}{turns.Select(turn => turn.Evaluation).Median(),15:0}{turns.Select(turn => turn.Check).Median(),10:0}{turns.Select(turn => turn.Check / turn.Evaluation).Median(),7:0.00}"));
    }

    private static double Time(Action action, int rounds = Rounds)
    {
        var times = new List<double>();
        for (var i = 0; i < rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return times.Median();
    }

    private sealed class Images(Func<Module<Tensor, Tensor>> create, long[] shape, int testExamples) : IAbsModel
    {
        public Module CreateNetwork() => create();

        public ModelData LoadData(ModelContext context) => new(Part(8), Part(testExamples));

        private LabelledData Part(int count) => new(rand([count, .. shape]), randint(10, [count], dtype: ScalarType.Int64));
    }
}
