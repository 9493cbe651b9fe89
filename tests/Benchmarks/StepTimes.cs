using System.Diagnostics;
using FashionMnist;
using Paper;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>Times of training steps; contenders take turns, and what is printed as a ratio is the median of the turns' ratios.</summary>
internal static class StepTimes
{
    private const int WarmUp = 3;

    public static void Compare(int steps)
    {
        Console.WriteLine($"{"network",-24}{"plain ms",10}{"search ms",11}{"frozen ms",11}{"search/plain",14}{"frozen/plain",14}");
        Row("LeNet-5, batch 128", () => new LeNet5(), [128, 1, 28, 28], 10, steps);
        Row("ResNet-20, batch 64", () => ResNet.Small(20, channels: 3, classes: 100), [64, 3, 32, 32], 100, steps);
    }

    public static void CompareDepths(int steps)
    {
        Console.WriteLine($"{"network",-24}{"plain ms",10}{"search ms",11}{"frozen ms",11}{"search/plain",14}{"frozen/plain",14}");
        foreach (var depth in new[] { 20, 56, 110 })
        {
            Row($"ResNet-{depth}, batch 64", () => ResNet.Small(depth, channels: 3, classes: 100), [64, 3, 32, 32], 100, steps);
        }
    }

    public static void ComparePaths(int steps)
    {
        Console.WriteLine($"{"network",-24}{"plain ms",10}{"search ms",11}{"paths ms",11}{"paths/plain",14}{"paths/search",14}");
        foreach (var (name, create, shape, classes) in new (string, Func<Module<Tensor, Tensor>>, long[], int)[]
        {
            ("LeNet-5, batch 128", () => new LeNet5(), [128, 1, 28, 28], 10),
            ("ResNet-20, batch 64", () => ResNet.Small(20, channels: 3, classes: 100), [64, 3, 32, 32], 100),
        })
        {
            using var scope = NewDisposeScope();
            var (input, target) = Contender.Batch(shape, classes);
            var times = Measure([Contender.Plain(create(), input, target), Contender.Compressed(create(), input, target, frozen: false), MultiPath.Step(create(), input, target)], steps);
            Console.WriteLine(FormattableString.Invariant($"{name,-24}{Median(times[0]),10:0.0}{Median(times[1]),11:0.0}{Median(times[2]),11:0.0}{Ratio(times[2], times[0]),14:0.00}{Ratio(times[2], times[1]),14:0.00}"));
        }
    }

    private static void Row(string name, Func<Module<Tensor, Tensor>> create, long[] shape, int classes, int steps)
    {
        using var scope = NewDisposeScope();
        var (input, target) = Contender.Batch(shape, classes);
        var times = Measure(
            [
                Contender.Plain(create(), input, target),
                Contender.Compressed(create(), input, target, frozen: false),
                Contender.Compressed(create(), input, target, frozen: true),
            ],
            steps);
        Console.WriteLine(FormattableString.Invariant($"{name,-24}{Median(times[0]),10:0.0}{Median(times[1]),11:0.0}{Median(times[2]),11:0.0}{Ratio(times[1], times[0]),14:0.00}{Ratio(times[2], times[0]),14:0.00}"));
    }

    private static List<double>[] Measure(Action[] contenders, int steps)
    {
        var times = contenders.Select(_ => new List<double>()).ToArray();
        for (var i = 0; i < steps + WarmUp; i++)
        {
            for (var k = 0; k < contenders.Length; k++)
            {
                var start = Stopwatch.GetTimestamp();
                contenders[k]();
                if (i >= WarmUp)
                {
                    times[k].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }
        }

        return times;
    }

    private static double Ratio(List<double> mine, List<double> theirs) => Median([.. mine.Zip(theirs, (a, b) => a / b)]);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
