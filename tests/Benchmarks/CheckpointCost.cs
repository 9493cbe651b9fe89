using System.Diagnostics;
using System.Globalization;
using AbsBuildTasks.Search.Checkpoints;
using FashionMnist;
using Paper;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>Times the writing and reading of a search's state.</summary>
internal static class CheckpointCost
{
    private const int Rounds = 30;

    public static void Print()
    {
        Console.WriteLine($"{"network",-24}{"bytes",10}{"write ms",11}{"read ms",11}");
        Measure("LeNet-5", new LeNet5(), [2, 1, 28, 28]);
        Measure("ResNet-20", ResNet.Small(20, channels: 3, classes: 100), [2, 3, 32, 32]);
    }

    private static void Measure(string name, Module<Tensor, Tensor> network, long[] shape)
    {
        using var scope = NewDisposeScope();
        var input = rand(shape);
        using var compressed = Contender.Compress(network, input);
        using var optimizer = optim.Adam(compressed.Parameters);
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.checkpoint");
        var write = MedianTime(() => CheckpointFile.Write(file, name, Exchange));
        var bytes = new FileInfo(file).Length;
        var read = MedianTime(() =>
        {
            using var state = CheckpointFile.Open(file, name);
            Exchange(state);
        });
        File.Delete(file);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24}{bytes,10}{write,11:0.0}{read,11:0.0}"));

        void Exchange(StateStream state)
        {
            compressed.Exchange(state);
            OptimizerMemory.Exchange(state, optimizer);
        }
    }

    private static double MedianTime(Action action)
    {
        var times = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return times.Median();
    }
}
