using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AbsBuildTasks.Benchmarks;

/// <summary>
/// What the package adds to a build that has nothing to do: the wall time of building the digits sample with and without
/// it, in turn, and from the builds' binary logs the time of its own targets.
/// </summary>
internal static partial class NoOpBuild
{
    private const string Sample = "samples/Digits";

    // As the package has it; this repository builds the tasks that it runs, which a process of their own lets go of.
    private const string InProcess = "-p:AbsTasksFactory=AssemblyTaskFactory";

    public static void Measure(int builds)
    {
        var folder = Directory.CreateTempSubdirectory("abs-no-op-").FullName;
        try
        {
            _ = DotNet(["restore", Sample]);

            // The first may search; each variant's second one finds what its first left.
            _ = Build(folder, enabled: false);
            _ = Build(folder, enabled: true);
            var (with, without) = (new List<(double Wall, double Targets)>(), new List<(double Wall, double Targets)>());
            for (var i = 0; i <= builds; i++)
            {
                without.Add(Build(folder, enabled: false));
                with.Add(Build(folder, enabled: true));
            }

            var ratio = with.Zip(without, (one, other) => one.Wall / other.Wall).Median();
            Console.WriteLine($"{"no-op build of " + Sample,-32}{"wall ms",10}{"targets of the package, ms",30}");
            Console.WriteLine(FormattableString.Invariant($"{"AbsEnabled=false",-32}{without.Select(build => build.Wall).Median(),10:0}{without.Select(build => build.Targets).Median(),30:0}"));
            Console.WriteLine(FormattableString.Invariant($"{"as it is",-32}{with.Select(build => build.Wall).Median(),10:0}{with.Select(build => build.Targets).Median(),30:0}"));
            Console.WriteLine(FormattableString.Invariant($"{"ratio",-32}{ratio,10:0.000}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (double Wall, double Targets) Build(string folder, bool enabled)
    {
        var log = Path.Combine(folder, "build.binlog");
        var start = Stopwatch.GetTimestamp();
        _ = DotNet(["build", Sample, "--no-restore", "-v:q", "-bl:" + log, InProcess, .. enabled ? Array.Empty<string>() : ["-p:AbsEnabled=false"]]);
        var wall = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var summary = DotNet(["msbuild", log, "-v:q", "-clp:PerformanceSummary"]);
        return (wall, TargetTime().Matches(summary).Sum(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)));
    }

    private static string DotNet(IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(output);
    }

    /// <summary>A line of the targets' summary that names one of the package's: "   33 ms  _AbsSearch   1 calls".</summary>
    [GeneratedRegex(@"^\s*(\d+) ms\s+_Abs\w+\s+\d+ calls", RegexOptions.Multiline)]
    private static partial Regex TargetTime();
}
