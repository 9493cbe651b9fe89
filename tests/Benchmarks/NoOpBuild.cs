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

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private const string Models = """
        using AbsBuildTasks.Search;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        namespace Many;

        public sealed class SmallModel : IAbsModel
        {
            public Module CreateNetwork() => Sequential(Linear(8, 16), ReLU(), Linear(16, 16), ReLU(), Linear(16, 2));

            public ModelData LoadData(ModelContext context) => new(Part(2048), Part(256));

            private static LabelledData Part(int count)
            {
                manual_seed(count);
                var inputs = randn(count, 8);
                return new(inputs, inputs.sum(1).gt(0).to(ScalarType.Int64));
            }
        }
        """;

    // As the package has it; this repository builds the tasks that it runs, which a process of their own lets go of.
    private const string InProcess = "-p:AbsTasksFactory=AssemblyTaskFactory";
    private const string Disabled = "-p:AbsEnabled=false";

    public static void Measure(int builds)
    {
        var folder = Directory.CreateTempSubdirectory("abs-no-op-").FullName;
        try
        {
            _ = DotNet(["restore", Sample]);

            // The first may search; each variant's second one finds what its first left.
            _ = Build(folder, Sample, Disabled);
            _ = Build(folder, Sample);
            var (with, without) = (new List<(double Wall, double Targets)>(), new List<(double Wall, double Targets)>());
            for (var i = 0; i <= builds; i++)
            {
                without.Add(Build(folder, Sample, Disabled));
                with.Add(Build(folder, Sample));
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

    /// <summary>What it adds to a project of 1, 10 and 60 models, which are searched for first.</summary>
    public static void MeasureModels(int builds)
    {
        int[] counts = [60, 10, 1];
        var folder = Directory.CreateTempSubdirectory("abs-no-op-models-").FullName;
        try
        {
            foreach (var kind in new[] { "props", "targets" })
            {
                File.WriteAllText(Path.Combine(folder, $"Directory.Build.{kind}"), $"""<Project><PropertyGroup><DirectoryPackagesPropsPath>{Repository.PathOf("Directory.Packages.props")}</DirectoryPackagesPropsPath></PropertyGroup><Import Project="{Repository.PathOf($"samples/Directory.Build.{kind}")}" /></Project>""");
            }

            File.WriteAllText(Path.Combine(folder, "Models.cs"), Models);
            var items = Enumerable.Range(1, counts.Max()).Select(number => $"""<AbsModel Include="model{number}" Type="Many.SmallModel" Condition="$(Models) &gt;= {number}" Seed="{number}" Budget="bops=30%" TrainEpochs="4" SearchEpochs="1" FineTuneEpochs="1" Baseline="AsTrained" />""");
            File.WriteAllText(Path.Combine(folder, "Many.csproj"), $"""<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><Models Condition="'$(Models)' == ''">{counts.Max()}</Models></PropertyGroup><ItemGroup>{string.Concat(items)}</ItemGroup></Project>""");
            _ = DotNet(["restore", folder]);
            Console.WriteLine($"{"no-op build, models",-32}{"wall ms",10}{"targets of the package, ms",30}");
            foreach (var count in counts)
            {
                // The first of them searches for all, and each count's second build has nothing to do.
                string[] options = ["-c", Configuration, $"-p:Models={count}", "-p:AbsSnapshotMode=off", "-p:RunAnalyzers=false"];
                _ = Build(folder, folder, options);
                _ = Build(folder, folder, options);
                var times = Enumerable.Range(0, builds).Select(_ => Build(folder, folder, options)).ToArray();
                Console.WriteLine(FormattableString.Invariant($"{count,-32}{times.Select(time => time.Wall).Median(),10:0}{times.Select(time => time.Targets).Median(),30:0}"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (double Wall, double Targets) Build(string folder, string project, params string[] options)
    {
        var log = Path.Combine(folder, "build.binlog");
        var start = Stopwatch.GetTimestamp();
        _ = DotNet(["build", project, "--no-restore", "-v:q", "-bl:" + log, InProcess, .. options]);
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
