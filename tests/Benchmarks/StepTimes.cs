using System.Diagnostics;
using FashionMnist;
using Paper;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>Times of training steps; contenders take turns, and what is printed as a ratio is the median of the turns' ratios.</summary>
internal static class StepTimes
{
    private const int WarmUp = 1;

    // Gates learn in every second step, and an input's interval in every fourth: a turn has all kinds of steps.
    private const int StepsPerTurn = 4;

    public static void Compare(int turns)
    {
        Console.WriteLine($"{"network",-24}{"plain ms",10}{"search ms",11}{"frozen ms",11}{"search/plain",14}{"frozen/plain",14}");
        Row("LeNet-5, batch 128", () => new LeNet5(), [128, 1, 28, 28], 10, turns);
        Row("LeNet-5, all layers", () => new LeNet5(), [128, 1, 28, 28], 10, turns, keepFirstAndLast: false);
        Row("ResNet-20, batch 64", () => ResNet.Small(20, channels: 3, classes: 100), [64, 3, 32, 32], 100, turns);
        Row("GRU of rows, batch 64", () => new RowGru(), [64, 1, 28, 28], 10, turns);
    }

    public static void CompareDepths(int turns)
    {
        Console.WriteLine($"{"network",-24}{"plain ms",10}{"search ms",11}{"frozen ms",11}{"search/plain",14}{"frozen/plain",14}");
        foreach (var depth in new[] { 20, 56, 110 })
        {
            Row($"ResNet-{depth}, batch 64", () => ResNet.Small(depth, channels: 3, classes: 100), [64, 3, 32, 32], 100, turns);
        }
    }

    public static void ComparePaths(int turns)
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
            var times = Measure([Contender.Plain(create(), input, target), Contender.Search(create(), input, target), MultiPath.Step(create(), input, target)], turns);
            Console.WriteLine(FormattableString.Invariant($"{name,-24}{times[0].Median(),10:0.0}{times[1].Median(),11:0.0}{times[2].Median(),11:0.0}{Ratio(times[2], times[0]),14:0.00}{Ratio(times[2], times[1]),14:0.00}"));
        }
    }

    private static void Row(string name, Func<Module<Tensor, Tensor>> create, long[] shape, int classes, int turns, bool keepFirstAndLast = true)
    {
        using var scope = NewDisposeScope();
        var (input, target) = Contender.Batch(shape, classes);
        var times = Measure(
            [
                Contender.Plain(create(), input, target),
                Contender.Search(create(), input, target, keepFirstAndLast),
                Contender.Frozen(create(), input, target, keepFirstAndLast),
            ],
            turns);
        Console.WriteLine(FormattableString.Invariant($"{name,-24}{times[0].Median(),10:0.0}{times[1].Median(),11:0.0}{times[2].Median(),11:0.0}{Ratio(times[1], times[0]),14:0.00}{Ratio(times[2], times[0]),14:0.00}"));
    }

    private static List<double>[] Measure(Action[] contenders, int turns)
    {
        var times = contenders.Select(_ => new List<double>()).ToArray();
        for (var i = 0; i < turns + WarmUp; i++)
        {
            for (var k = 0; k < contenders.Length; k++)
            {
                var start = Stopwatch.GetTimestamp();
                for (var step = 0; step < StepsPerTurn; step++)
                {
                    contenders[k]();
                }

                if (i >= WarmUp)
                {
                    times[k].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds / StepsPerTurn);
                }
            }
        }

        return times;
    }

    private static double Ratio(List<double> mine, List<double> theirs) => mine.Zip(theirs, (a, b) => a / b).Median();
}
