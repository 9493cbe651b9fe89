// Times a search step against a plain training step of the same network, interleaved in one process, and prints ratios.
//     dotnet run -c Release --project tests/Benchmarks [-- STEPS]
// With checkpoint in place of STEPS, the writing and reading of a search's state is timed.
// With plain, search or frozen behind STEPS, only that one runs on ResNet-20, and prints the process's resident memory.
using System.Diagnostics;
using System.Globalization;
using AbsBuildTasks.Benchmarks;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Structure;
using FashionMnist;
using Paper;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

TorchRuntime.EnsureLoaded(Path.Combine(AppContext.BaseDirectory, "native"));
set_num_threads(2);
if (args is ["checkpoint"])
{
    CheckpointCost.Print();
    return;
}

var steps = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20;
if (args.Length > 1)
{
    MeasureMemory(args[1]);
    return;
}

Console.WriteLine($"{"network",-24}{"plain ms",10}{"search ms",11}{"frozen ms",11}{"search/plain",14}{"frozen/plain",14}");
Measure("LeNet-5, batch 128", () => new LeNet5(), [128, 1, 28, 28], 10);
Measure("ResNet-20, batch 64", () => ResNet.Small(20, channels: 3, classes: 100), [64, 3, 32, 32], 100);

void Measure(string name, Func<Module<Tensor, Tensor>> create, long[] shape, int classes)
{
    using var scope = NewDisposeScope();
    var (input, target) = Batch(shape, classes);
    Action[] contenders = [Plain(create(), input, target), Compressed(create(), input, target, frozen: false), Compressed(create(), input, target, frozen: true)];
    var times = contenders.Select(_ => new List<double>()).ToArray();
    for (var i = 0; i < steps + 3; i++)
    {
        for (var k = 0; k < contenders.Length; k++)
        {
            var start = Stopwatch.GetTimestamp();
            contenders[k]();
            if (i >= 3)
            {
                times[k].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
    }

    var medians = times.Select(Median).ToArray();
    double Ratio(int k) => Median([.. times[k].Zip(times[0], (mine, base0) => mine / base0)]);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24}{medians[0],10:0.0}{medians[1],11:0.0}{medians[2],11:0.0}{Ratio(1),14:0.00}{Ratio(2),14:0.00}"));
}

void MeasureMemory(string contender)
{
    using var scope = NewDisposeScope();
    var (input, target) = Batch([64, 3, 32, 32], 100);
    var step = contender == "plain" ? Plain(ResNet.Small(20, channels: 3, classes: 100), input, target) : Compressed(ResNet.Small(20, channels: 3, classes: 100), input, target, contender == "frozen");
    for (var i = 1; i <= steps; i++)
    {
        step();
        if (i % 20 == 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{contender}, {i} steps: {Environment.WorkingSet >> 20} MiB"));
        }
    }
}

static (Tensor Input, Tensor Target) Batch(long[] shape, int classes)
{
    _ = manual_seed(1);
    return (rand(shape), randint(classes, [shape[0]]));
}

static Action Plain(Module<Tensor, Tensor> network, Tensor input, Tensor target)
{
    var optimizer = optim.Adam(network.parameters());
    return () => Step(network.call, optimizer, null, input, target);
}

static Action Compressed(Module<Tensor, Tensor> network, Tensor input, Tensor target, bool frozen)
{
    var model = new ModelNetwork(network, (_, inputs) => [network.call(inputs[0])]);
    var probe = NetworkProbe.Run(model, [input]);
    var compressed = new CompressedNetwork(model, probe, ChannelTrace.Run(model, probe, [input]), new SearchSettings { Budget = new Budget(0.03) });
    compressed.Calibrate([[input]]);
    if (frozen)
    {
        compressed.Freeze(compressed.Decisions());
    }

    network.train();
    var optimizer = optim.Adam(compressed.Parameters);
    return () => Step(batch => compressed.Run([batch])[0], optimizer, compressed, input, target);
}

static void Step(Func<Tensor, Tensor> run, optim.Optimizer optimizer, CompressedNetwork? compressed, Tensor input, Tensor target)
{
    using var inner = NewDisposeScope();
    optimizer.zero_grad();
    functional.cross_entropy(run(input), target).backward();
    if (compressed is not null)
    {
        compressed.CollectGradients();
        if (!compressed.Layers[0].IsFrozen)
        {
            GateCost.CollectGateGradients(compressed, lambda: 1);
            foreach (var threshold in compressed.Layers.SelectMany(layer => layer.Weights.Gates.Parameters.Concat(layer.Activations.Gates.Parameters)))
            {
                threshold.Step(0);
            }
        }

        foreach (var interval in compressed.Intervals)
        {
            interval.Step(1e-3);
        }
    }

    _ = optimizer.step();
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
