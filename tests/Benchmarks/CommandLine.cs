using System.Diagnostics;
using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Benchmarks;

/// <summary>How long <c>abs</c> takes from start to end on plans of 300 layers, of which a seventh differ.</summary>
internal static class CommandLine
{
    private const int Layers = 300;

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    public static void Measure(int runs)
    {
        var folder = Directory.CreateTempSubdirectory("abs-command-line-").FullName;
        try
        {
            var (before, after) = (Path.Combine(folder, "a.plan.json"), Path.Combine(folder, "b.plan.json"));
            PlanFile.Write(before, Plan(changedBits: 8));
            PlanFile.Write(after, Plan(changedBits: 4));
            Console.WriteLine($"{"abs",-30}{"median ms",11}{"longest ms",12}{"processor",11}");
            Row(runs, "--version");
            Row(runs, "show", before);
            Row(runs, "diff", before, after);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>How long <c>abs diff</c> takes on a folder of a repository, against a commit, and <c>abs log</c> on its commits.</summary>
    /// <param name="plans">Plans of three layers, which a second commit has changed.</param>
    public static void MeasureFolder(int plans)
    {
        const int Runs = 10;
        var folder = Directory.CreateTempSubdirectory("abs-folder-").FullName;
        try
        {
            Git("init", "--quiet");
            Commit(SamplePlan.Digits);
            Commit(SamplePlan.Digits with { Metric = SamplePlan.Digits.Metric with { Compressed = SamplePlan.Digits.Metric.Compressed - 1 } });
            Console.WriteLine($"{plans + " plans: abs",-30}{"median ms",11}{"longest ms",12}{"processor",11}");
            Row(Runs, "--version");
            Row(Runs, "diff", folder, "--direct", "--base", "HEAD");
            Row(Runs, "diff", folder, "--direct", "--base", "HEAD~1");
            Row(Runs, "log", folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Commit(CompressionPlan plan)
        {
            foreach (var number in Enumerable.Range(0, plans))
            {
                PlanFile.Write(Path.Combine(folder, $"model{number}.plan.verified.json"), plan with { Model = $"model{number}" }, byteOrderMark: true);
            }

            Git("add", "--all");
            Git("-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "--message", "plans");
        }

        void Git(params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo("git", ["-C", folder, .. arguments]))!;
            process.WaitForExit();
        }
    }

    private static void Row(int runs, params string[] arguments)
    {
        // The first finds nothing in the system's file cache.
        var times = Enumerable.Range(0, runs + 1).Select(_ => Time(arguments)).Skip(1).ToArray();
        var walls = times.Select(time => time.Wall).ToArray();
        var title = string.Join(" ", arguments.Where(argument => !Path.IsPathRooted(argument)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title,-30}{walls.Median(),11:0}{walls.Max(),12:0}{times.Select(time => time.Processor).ToArray().Median(),11:0}"));
    }

    private static (double Wall, double Processor) Time(string[] arguments)
    {
        var program = Repository.PathOf($"src/AbsBuildTasks.Cli/bin/{Configuration}/net10.0/abs.dll");
        var start = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true })!;
        _ = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        // 1 says that plans differ.
        return process.ExitCode is 0 or 1 ? (Stopwatch.GetElapsedTime(start).TotalMilliseconds, process.TotalProcessorTime.TotalMilliseconds) : throw new InvalidOperationException($"abs {arguments[0]} ended with {process.ExitCode}.");
    }

    private static CompressionPlan Plan(int changedBits)
    {
        LayerPlan[] layers = [.. Enumerable.Range(0, Layers).Select(layer =>
            SamplePlan.Layer($"blocks.{layer}.conv", "Conv2d", layer % 7 == 0 ? changedBits : 8, 8, 64, "0-30,32-63", 1000, 500))];
        return SamplePlan.Of("large", layers) with
        {
            Budget = "bops=10%",
            Totals = PlanTotals.Of(layers, CostModel.Bops(Layers * 1000L, CostModel.FullPrecisionBits, CostModel.FullPrecisionBits), Layers * 2000L),
        };
    }
}
