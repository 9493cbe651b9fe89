using System.Diagnostics;
using AbsBuildTasks.Plans.Settings;
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

    private static readonly string Heading = $"{"network",-24}{"plain ms",10}{"search ms",11}{"frozen ms",11}{"search/plain",14}{"frozen/plain",14}{"filter scales/search",22}";

    public static void Compare(int turns)
    {
        Console.WriteLine(Heading);
        Row("LeNet-5, batch 128", () => new LeNet5(), [128, 1, 28, 28], 10, turns);
        Row("LeNet-5, all layers", () => new LeNet5(), [128, 1, 28, 28], 10, turns, keepFirstAndLast: false);
        Row("ResNet-20, batch 64", () => ResNet.Small(20, channels: 3, classes: 100), [64, 3, 32, 32], 100, turns);
        Row("GRU of rows, batch 64", () => new RowGru(), [64, 1, 28, 28], 10, turns);
        Row("transformer, batch 64", () => new PatchTransformer(), [64, 1, 28, 28], 10, turns);
    }

    /// <summary>Networks that read sequences, by processor time: other processes change it less than the clock. All their layers are searched, as in the samples.</summary>
    public static void CompareSequences(int turns)
    {
        Console.WriteLine(Heading);
        foreach (var (name, create) in new (string, Func<Module<Tensor, Tensor>>)[] { ("GRU of rows", () => new RowGru()), ("transformer", () => new PatchTransformer()) })
        {
            foreach (var batch in new[] { 64, 128 })
            {
                Row($"{name}, batch {batch}", create, [batch, 1, 28, 28], 10, turns, keepFirstAndLast: false, () => Environment.CpuUsage.TotalTime);
            }
        }
    }

    public static void CompareDepths(int turns)
    {
        Console.WriteLine(Heading);
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

    /// <summary>What steps cost beside time: processor time, pages that the kernel gives anew, collections of garbage, memory.</summary>
    public static void Account(int steps, IReadOnlySet<string> only)
    {
        Console.WriteLine($"{"network",-12}{"step",-8}{"ms",9}{"processor ms",14}{"of the kernel",15}{"page faults",13}{"collections",13}{"peak MiB",10}");
        foreach (var depth in new[] { 20, 56, 110 }.Where(depth => only.Count == 0 || only.Contains($"resnet{depth}")))
        {
            using var scope = NewDisposeScope();
            var (input, target) = Contender.Batch([64, 3, 32, 32], 100);
            Account($"ResNet-{depth}", "plain", Contender.Plain(ResNet.Small(depth, channels: 3, classes: 100), input, target), steps);
            Account($"ResNet-{depth}", "search", Contender.Search(ResNet.Small(depth, channels: 3, classes: 100), input, target), steps);
        }
    }

    private static void Account(string name, string kind, Action step, int steps)
    {
        for (var i = 0; i < StepsPerTurn; i++)
        {
            step();
        }

        var (start, usage, faults, collections) = (Stopwatch.GetTimestamp(), Environment.CpuUsage, Faults(), GC.CollectionCount(2));
        for (var i = 0; i < steps; i++)
        {
            step();
        }

        var used = Environment.CpuUsage;
        Console.WriteLine(FormattableString.Invariant(
            $"{name,-12}{kind,-8}{Stopwatch.GetElapsedTime(start).TotalMilliseconds / steps,9:0}{(used.TotalTime - usage.TotalTime).TotalMilliseconds / steps,14:0}{(used.PrivilegedTime - usage.PrivilegedTime).TotalMilliseconds / steps,15:0}{(Faults() - faults) / steps,13}{GC.CollectionCount(2) - collections,13}{Process.GetCurrentProcess().PeakWorkingSet64 >> 20,10}"));
    }

    // Linux's count: the tenth value, behind the program's name.
    private static long Faults()
    {
        var values = File.ReadAllText("/proc/self/stat");
        return long.Parse(values[(values.LastIndexOf(')') + 2)..].Split(' ')[7], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void Row(string name, Func<Module<Tensor, Tensor>> create, long[] shape, int classes, int turns, bool keepFirstAndLast = true, Func<TimeSpan>? clock = null)
    {
        using var scope = NewDisposeScope();
        var (input, target) = Contender.Batch(shape, classes);
        var times = Measure(
            [
                Contender.Plain(create(), input, target),
                Contender.Search(create(), input, target, keepFirstAndLast),
                Contender.Frozen(create(), input, target, keepFirstAndLast),
                Contender.Search(create(), input, target, keepFirstAndLast, ScaleKind.Filter),
            ],
            turns,
            clock);
        Console.WriteLine(FormattableString.Invariant($"{name,-24}{times[0].Median(),10:0.0}{times[1].Median(),11:0.0}{times[2].Median(),11:0.0}{Ratio(times[1], times[0]),14:0.00}{Ratio(times[2], times[0]),14:0.00}{Ratio(times[3], times[1]),22:0.00}"));
    }

    private static List<double>[] Measure(Action[] contenders, int turns, Func<TimeSpan>? clock = null)
    {
        clock ??= () => Stopwatch.GetElapsedTime(0);
        var times = contenders.Select(_ => new List<double>()).ToArray();
        for (var i = 0; i < turns + WarmUp; i++)
        {
            for (var k = 0; k < contenders.Length; k++)
            {
                var start = clock();
                for (var step = 0; step < StepsPerTurn; step++)
                {
                    contenders[k]();
                }

                if (i >= WarmUp)
                {
                    times[k].Add((clock() - start).TotalMilliseconds / StepsPerTurn);
                }
            }
        }

        return times;
    }

    private static double Ratio(List<double> mine, List<double> theirs) => mine.Zip(theirs, (a, b) => a / b).Median();
}
