using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Training;
using AbsBuildTasks.Search.Contract;
using Paper;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>
/// How the look at a network and the last decisions grow with its depth, in runs of the network and in processor time, and
/// which share the last decisions are of a search of real size.
/// </summary>
internal static class Growth
{
    private const int Steps = 4;

    // What a search takes, and a data set like CIFAR-10 for ten epochs.
    private const int Sample = 512;
    private const int Trained = 500_000;

    public static void Measure(int examples, IReadOnlySet<string> only)
    {
        var networks = new (string Name, Func<Module<Tensor, Tensor>> Create, long[] Shape)[]
        {
            ("resnet20", () => ResNet.Small(20, channels: 3, classes: 10), [3, 32, 32]),
            ("resnet56", () => ResNet.Small(56, channels: 3, classes: 10), [3, 32, 32]),
            ("resnet110", () => ResNet.Small(110, channels: 3, classes: 10), [3, 32, 32]),
            ("chain50", () => Chain(50), [3, 8, 8]),
            ("chain100", () => Chain(100), [3, 8, 8]),
            ("chain200", () => Chain(200), [3, 8, 8]),
            ("chain500", () => Chain(500), [3, 8, 8]),
            ("encoder6", () => new Encoder(6), [16, 8]),
            ("encoder12", () => new Encoder(12), [16, 8]),
            ("encoder24", () => new Encoder(24), [16, 8]),
            ("mobilenetv2", () => new MobileNetV2(1000), [3, 224, 224]),
        };
        Console.WriteLine($"{"network",-12}{"layers",7}{"look: runs",11}{"s",8}{"measured",10}{"estimates",11}{"s",9}{"search step/example ms",24}{"share",8}");
        foreach (var (name, create, shape) in networks.Where(network => only.Count == 0 || only.Contains(network.Name)))
        {
            Row(name, create, shape, examples);
        }
    }

    private static void Row(string name, Func<Module<Tensor, Tensor>> create, long[] shape, int examples)
    {
        using var scope = NewDisposeScope();
        var (input, target) = Contender.Batch([Math.Max(2, examples), .. shape], 10);
        var runs = 0;
        var module = create();
        var network = new ModelNetwork(module, (_, inputs) =>
        {
            runs++;
            return [module.call(inputs[0])];
        });
        var few = input[..2];
        var probe = NetworkProbe.Run(network, [few]);
        runs = 0;
        var start = Now();
        var map = ChannelTrace.Run(network, probe, [few]);
        Console.Write(FormattableString.Invariant($"{name,-12}{probe.Layers.Count,7}{runs,11}{Now() - start,8:0.0}"));
        if (examples == 0)
        {
            Console.WriteLine();
            return;
        }

        var step = TimeOfStep(create, input, target) / examples;
        using var compressed = new CompressedNetwork(network, probe, map, new SearchSettings { Budget = new Budget(0.02) });
        compressed.Calibrate([[input]]);
        Land(compressed, new OneBatch(module, input, target), step * examples * Trained / Sample);
    }

    // The search takes more examples, and the landing as well: as many times more.
    private static void Land(CompressedNetwork compressed, OneBatch model, double search)
    {
        var (measured, estimated) = (0, 0);
        var evaluator = new Evaluator(model, compressed.Network.Module, model.Data, CancellationToken.None);
        var effects = new EffectGatherer(model, compressed, model.Data.Train, CancellationToken.None);
        compressed.Network.Module.eval();
        var effort = new LandingEffort(Estimate, LandingEffort.MeasurementsOf(Trained, Sample), new LandingMemo(compressed));
        var start = Now();
        _ = new BudgetLanding(compressed, new Budget(0.02), Loss, effort).Land(ReachableRange.Largest(compressed));
        var landing = Now() - start;
        Console.WriteLine(FormattableString.Invariant($"{measured,10}{estimated,11}{landing,9:0.0}{1000 * search / Trained * Sample / model.Data.Train.Count,24:0.00}{landing / search,8:0.0%}"));

        double Loss(IReadOnlyList<LayerDecision> decisions)
        {
            measured++;
            compressed.Freeze(decisions);
            return evaluator.Loss(compressed.Run, model.Data.Train);
        }

        Func<IReadOnlyList<LayerDecision>, double>? Estimate(IReadOnlyList<LayerDecision> decisions)
        {
            estimated++;
            return effects.Under(decisions) is { } gathered ? gathered.Change : null;
        }
    }

    // Other processes do not count.
    private static double Now() => Environment.CpuUsage.TotalTime.TotalSeconds;

    private static double TimeOfStep(Func<Module<Tensor, Tensor>> create, Tensor input, Tensor target)
    {
        var step = Contender.Search(create(), input, target);
        step();
        var start = Now();
        for (var i = 0; i < Steps; i++)
        {
            step();
        }

        return (Now() - start) / Steps;
    }

    private static TorchSharp.Modules.Sequential Chain(int layers) => Sequential(Enumerable.Range(0, layers).SelectMany(i => new Module<Tensor, Tensor>[]
        {
            Conv2d(i == 0 ? 3 : 8, 8, 3, padding: 1, bias: false),
            BatchNorm2d(8),
            ReLU(),
        }).Append(AdaptiveAvgPool2d(1)).Append(Flatten()).Append(Linear(8, 10)).ToArray());
}
