using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Searches in a queue that are stopped at random moments, in every way that a test on one machine can stop them.</summary>
/// <remarks>Each moment takes a search, so this runs only where <c>ABS_SLURM_MOMENTS</c> says how many (docs/testing.md).</remarks>
public sealed class RandomMomentTests(PackedFeed feed, SlurmCluster cluster) : IClassFixture<PackedFeed>, IClassFixture<SlurmCluster>
{
    internal const string Count = "ABS_SLURM_MOMENTS";
    private const int Seed = 17;
    private static readonly string[] Search = ["-p:AbsSnapshotMode=off", "-p:TinyTrainEpochs=500"];
    private static readonly string[] Slurm = [.. Search, "-p:AbsExecutor=slurm"];

    private static string Report => Path.Combine(AppContext.BaseDirectory, "slurm-moments.txt");

    [LongSlurmFact(Count)]
    public async Task A_search_that_is_stopped_at_a_random_moment_ends_in_the_same_bytes()
    {
        var moments = int.Parse(Environment.GetEnvironmentVariable(Count)!, CultureInfo.InvariantCulture);
        var (expected, seconds) = await UndisturbedAsync();
        (string Name, int Builds, Func<string, RunningCommand, Task> Strike)[] ways = [("pre-emption", 1, RequeueAsync), ("time limit", 1, WarnAsync), ("dead machine", 1, KillMachineAsync), ("killed build", 2, KillBuildAsync)];
        var random = new Random(Seed);
        await File.WriteAllTextAsync(Report, FormattableString.Invariant($"undisturbed: {seconds:0.0} s from the job's start to the build's end\n"));
        var wrong = 0;
        for (var number = 0; number < moments; number++)
        {
            var (way, expectedBuilds, strike) = ways[number % ways.Length];
            var (place, builds, isSame) = await StruckAsync(expected, TimeSpan.FromSeconds(random.NextDouble() * seconds), strike);
            await File.AppendAllTextAsync(Report, FormattableString.Invariant($"{number + 1,3}  {way,-14}{place,-26}{(builds == 1 ? "one build    " : $"{builds} builds     ")}{(isSame ? "the same bytes" : "OTHER BYTES")}{(builds == expectedBuilds ? "" : FormattableString.Invariant($", WANTED {expectedBuilds}"))}\n"));
            wrong += isSame && builds == expectedBuilds ? 0 : 1;
        }

        Assert.True(wrong == 0, await File.ReadAllTextAsync(Report));
    }

    /// <summary>Runs a search, strikes once, and lets it come to its end.</summary>
    private async Task<(string Place, int Builds, bool IsSame)> StruckAsync(IReadOnlyDictionary<string, string> expected, TimeSpan delay, Func<string, RunningCommand, Task> strike)
    {
        // A search that is done before the moment comes is no trial; the next one is struck earlier.
        for (; ; delay /= 2)
        {
            await cluster.EmptyAsync();
            await cluster.ReadyAsync();
            var project = await feed.AcceptedCopyAsync();
            using var build = project.Start(cluster.Variables, Slurm);
            await Hang.UntilAsync(async () => build.HasEnded || (await cluster.QueueAsync()).Contains("RUNNING", StringComparison.Ordinal));
            await Task.Delay(delay);
            var job = await cluster.JobAsync();
            if (job.Length == 0)
            {
                _ = await build.EndAsync();
                continue;
            }

            var place = Place(build.Output());
            await strike(job, build);
            var outcome = await build.EndAsync();
            var builds = 1;
            if (outcome.ExitCode != 0)
            {
                // The build was what was struck.
                builds++;
                outcome = await project.BuildAsync(cluster.Variables, Slurm);
            }

            Assert.True(outcome.ExitCode == 0, outcome.Output);
            return (place, builds, expected.SequenceEqual(Delivered(project)));
        }
    }

    private async Task<(IReadOnlyDictionary<string, string> Expected, double Seconds)> UndisturbedAsync()
    {
        await cluster.ReadyAsync();
        var here = await feed.AcceptedCopyAsync();
        (await here.BuildAsync(Search)).Succeeded();
        var there = await feed.AcceptedCopyAsync();
        using var build = there.Start(cluster.Variables, Slurm);
        await Hang.UntilAsync(async () => build.HasEnded || (await cluster.QueueAsync()).Contains("RUNNING", StringComparison.Ordinal));
        var clock = Stopwatch.StartNew();
        (await build.EndAsync()).Succeeded();
        Assert.Equal(Delivered(here), Delivered(there));
        return (Delivered(here), clock.Elapsed.TotalSeconds);
    }

    private async Task RequeueAsync(string job, RunningCommand build)
    {
        await cluster.RunAsync("scontrol", "requeue", job);
        await cluster.UntilItRunsAsync(job);
    }

    // As the controller does before a time limit.
    private async Task WarnAsync(string job, RunningCommand build) => await cluster.RunAsync("scancel", "--batch", "--signal=TERM", job);

    private async Task KillMachineAsync(string job, RunningCommand build)
    {
        await cluster.KillNodeAsync(job);
        try
        {
            await Hang.UntilAsync(async () => build.HasEnded || (await cluster.QueueAsync()).Contains("PENDING", StringComparison.Ordinal));
        }
        finally
        {
            await cluster.StartNodeAsync();
        }

        await cluster.UntilItRunsAsync(job);
    }

    private static Task KillBuildAsync(string job, RunningCommand build)
    {
        build.Kill();
        return Task.CompletedTask;
    }

    private static string Place(string output) => Regex.Matches(output, "abs: tiny: ((train|baseline|calibrate|search|freeze|fine-tune)( \\d+/\\d+)?)").LastOrDefault() is { } last ? "after " + last.Groups[1].Value : "before the first epoch";

    private static IReadOnlyDictionary<string, string> Delivered(FixtureProject project) => project.Hashes("tiny.plan.json", "tiny.weights.zip");
}
