using System.Diagnostics;
using System.Globalization;
using Paper;
using static TorchSharp.torch;

namespace AbsBuildTasks.Benchmarks;

/// <summary>Memory of a process that trains ResNet-20 in one of the ways that are compared, and does nothing else.</summary>
internal static class Memory
{
    private static readonly string[] Contenders = ["plain", "search", "frozen", "multi-path"];

    /// <summary>Runs each contender in a process of its own, once as it is and once with an allocator that returns what is freed.</summary>
    public static void Compare(int steps)
    {
        foreach (var threshold in new[] { null, "1048576" })
        {
            Console.WriteLine(threshold is null ? "as it is" : $"MALLOC_MMAP_THRESHOLD_={threshold}");
            Console.WriteLine($"{"",-16}{"after a tenth",14}{"at the end",14}{"peak",10}{"peak/plain",12}");
            double? plain = null;
            foreach (var contender in Contenders)
            {
                var (early, late, peak) = InProcess(steps, contender, threshold);
                plain ??= peak;
                Console.WriteLine(FormattableString.Invariant($"{contender,-16}{early,10} MiB{late,10} MiB{peak,6} MiB{peak / plain,12:0.00}"));
            }
        }
    }

    /// <summary>Trains, and prints resident memory after a tenth of the steps and at the end, and its peak, in MiB.</summary>
    public static void Measure(int steps, string contender)
    {
        using var scope = NewDisposeScope();
        var (input, target) = Contender.Batch([64, 3, 32, 32], 100);
        var network = ResNet.Small(20, channels: 3, classes: 100);
        var step = contender switch
        {
            "plain" => Contender.Plain(network, input, target),
            "search" => Contender.Search(network, input, target),
            "frozen" => Contender.Frozen(network, input, target),
            "multi-path" => MultiPath.Step(network, input, target),
            _ => throw new ArgumentException($"'{contender}' is none of {string.Join(", ", Contenders)}.", nameof(contender)),
        };
        for (var i = 1; i <= steps; i++)
        {
            step();
            if (i == Math.Max(1, steps / 10) || i == steps)
            {
                Console.WriteLine(Environment.WorkingSet >> 20);
            }
        }

        using var process = Process.GetCurrentProcess();
        Console.WriteLine(process.PeakWorkingSet64 >> 20);
    }

    private static (long Early, long Late, long Peak) InProcess(int steps, string contender, string? threshold)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["memory", steps.ToString(CultureInfo.InvariantCulture), contender]) { RedirectStandardOutput = true };
        if (threshold is not null)
        {
            start.Environment["MALLOC_MMAP_THRESHOLD_"] = threshold;
        }

        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        var values = lines.Select(line => long.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        return (values[^3], values[^2], values[^1]);
    }
}
