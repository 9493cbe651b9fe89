using System.Diagnostics;
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

/// <summary>How the look at a network and the last decisions grow with its depth, in runs of the network and in time.</summary>
internal static class Growth
{
    private const int Steps = 4;

    public static void Measure(int examples, IReadOnlySet<string> only)
    {
        var networks = new (string Name, Func<Module<Tensor, Tensor>> Create, long[] Shape)[]
        {
            ("resnet20", () => ResNet.Small(20, channels: 3, classes: 10), [3, 16, 16]),
            ("resnet56", () => ResNet.Small(56, channels: 3, classes: 10), [3, 16, 16]),
            ("resnet110", () => ResNet.Small(110, channels: 3, classes: 10), [3, 16, 16]),
            ("chain50", () => Chain(50), [3, 8, 8]),
            ("chain100", () => Chain(100), [3, 8, 8]),
            ("chain200", () => Chain(200), [3, 8, 8]),
            ("mobilenetv2", () => new MobileNetV2(10), [3, 64, 64]),
        };
        Console.WriteLine($"{"network",-12}{"layers",7}{"trace runs",11}{"s",8}{"measured",10}{"estimated",11}{"s",9}{"step ms",9}");
        foreach (var (name, create, shape) in networks.Where(network => only.Count == 0 || only.Contains(network.Name)))
        {
            Row(name, create, shape, examples);
        }
    }

    private static void Row(string name, Func<Module<Tensor, Tensor>> create, long[] shape, int examples)
    {
        using var scope = NewDisposeScope();
        var (input, target) = Contender.Batch([examples, .. shape], 10);
        var (runs, measured, estimated) = (0, 0, 0);
        var module = create();
        var network = new ModelNetwork(module, (_, inputs) =>
        {
            runs++;
            return [module.call(inputs[0])];
        });
        var few = input[..2];
        var probe = NetworkProbe.Run(network, [few]);
        runs = 0;
        var watch = Stopwatch.StartNew();
        _ = ChannelTrace.Run(network, probe, [few]);
        var (traceRuns, trace) = (runs, watch.Elapsed.TotalSeconds);
        Console.Write(FormattableString.Invariant($"{name,-12}{probe.Layers.Count,7}{traceRuns,11}{trace,8:0.0}"));

        var step = TimeOfStep(create, input, target);
        using var compressed = Contender.Compress(module, input);
        var model = new OneBatch(module, input, target);
        var evaluator = new Evaluator(model, module, model.Data, CancellationToken.None);
        var effects = new EffectGatherer(model, compressed, model.Data.Train, CancellationToken.None);
        compressed.Network.Module.eval();
        (measured, estimated) = (0, 0);
        var effort = new LandingEffort(Estimate, LandingEffort.Least, new LandingMemo(compressed));
        watch.Restart();
        _ = new BudgetLanding(compressed, new Budget(0.02), Loss, effort).Land(ReachableRange.Largest(compressed));
        Console.WriteLine(FormattableString.Invariant($"{measured,10}{estimated,11}{watch.Elapsed.TotalSeconds,9:0.0}{step,9:0}"));

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

    private static double TimeOfStep(Func<Module<Tensor, Tensor>> create, Tensor input, Tensor target)
    {
        var step = Contender.Search(create(), input, target);
        step();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Steps; i++)
        {
            step();
        }

        return watch.Elapsed.TotalMilliseconds / Steps;
    }

    private static TorchSharp.Modules.Sequential Chain(int layers) => Sequential(Enumerable.Range(0, layers).SelectMany(i => new Module<Tensor, Tensor>[]
        {
            Conv2d(i == 0 ? 3 : 8, 8, 3, padding: 1, bias: false),
            BatchNorm2d(8),
            ReLU(),
        }).Append(AdaptiveAvgPool2d(1)).Append(Flatten()).Append(Linear(8, 10)).ToArray());
}
