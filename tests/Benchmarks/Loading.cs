using System.Diagnostics;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Training;
using FashionMnist;
using Paper;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>What it takes to shuffle, gather and augment batches, beside the training step that waits for them.</summary>
internal static class Loading
{
    private const int Examples = 20_000;

    public static void Compare(int steps)
    {
        Console.WriteLine($"{"data",-44}{"batch ms",10}{"step ms",10}{"share",8}");
        Row("LeNet-5, batch 128, 1×28×28", new LeNet5(), [1, 28, 28], 10, 128, null, steps);
        Row("ResNet-20, batch 64, 3×32×32, flip and crop", ResNet.Small(20, channels: 3, classes: 100), [3, 32, 32], 100, 64, new Augmentation { HorizontalFlip = true, CropPadding = 4 }, steps);
    }

    private static void Row(string name, Module<Tensor, Tensor> network, long[] shape, int classes, int batchSize, Augmentation? augmentation, int steps)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(1);
        var data = new LabelledData(rand([Examples, .. shape]), randint(classes, [Examples]));
        var (loading, stepping) = (new List<double>(), new List<double>());
        network.train();
        var optimizer = optim.Adam(network.parameters());
        var start = Stopwatch.GetTimestamp();
        foreach (var batch in Batches.Shuffled(data, batchSize, seed: 1, epoch: 0, augmentation).Take(steps + 1))
        {
            loading.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
            Contender.ClearGradients(network);
            functional.cross_entropy(network.call(batch.Inputs[0]), batch.Targets[0]).backward();
            _ = optimizer.step();
            stepping.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
        }

        // The first waits for the epoch's shuffling, and for code to be compiled.
        var (load, step) = (loading.Skip(1).Average(), stepping.Skip(1).Average());
        Console.WriteLine(FormattableString.Invariant($"{name,-44}{load,10:0.00}{step,10:0.0}{load / step,8:0.0%}"));
    }
}
