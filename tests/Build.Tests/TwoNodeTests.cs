using System.Diagnostics;
using System.Text.RegularExpressions;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>A sweep of six budgets on a cluster of two nodes.</summary>
public sealed class TwoNodeTests(PackedFeed feed, SlurmCluster cluster) : IClassFixture<PackedFeed>, IClassFixture<SlurmCluster>, IAsyncLifetime
{
    internal const string Epochs = "ABS_SLURM_SWEEP";
    private static readonly string[] Sweep = ["-p:AbsSnapshotMode=off", "-p:TinySweep=bops=2%|bops=4%|bops=5%|bops=6%|bops=8%", "-p:TinyTrainEpochs=20"];
    private static readonly string[] Files = ["tiny.plan.json", "tiny.weights.zip", "tiny.sweep.json"];

    public async Task InitializeAsync()
    {
        if (SlurmCluster.IsInstalled)
        {
            await cluster.BecomeTwoNodesAsync();
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>A sweep of six budgets, against the same by one worker after another: a measurement, so it runs only where the variable says how many epochs a search has (docs/testing.md).</summary>
    [LongSlurmFact(Epochs)]
    public async Task Six_budgets_on_two_nodes_train_once_and_have_the_bytes_of_one_worker_after_another()
    {
        var (inTurn, atOnce) = (await ProjectAsync(), await ProjectAsync());

        // Each node has one processor.
        var one = new Dictionary<string, string>(cluster.Variables) { ["OMP_NUM_THREADS"] = "1" };
        var clock = Stopwatch.StartNew();
        (await inTurn.BuildAsync(one, Sweep)).Succeeded();
        var before = clock.Elapsed;
        clock.Restart();
        var outcome = (await atOnce.BuildAsync(one, [.. Sweep, "-p:AbsExecutor=slurm"])).Succeeded();

        await File.WriteAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "slurm-sweep.txt"),
            FormattableString.Invariant($"one worker after another: {before.TotalSeconds:0} s\ntwo nodes: {clock.Elapsed.TotalSeconds:0} s\ntrainings: {Regex.Count(outcome.Output, "train 1/")}\n"));
        Assert.Equal(inTurn.Hashes(Files), atOnce.Hashes(Files));
        Assert.Equal(1, Regex.Count(outcome.Output, "train 1/"));
    }

    private async Task<FixtureProject> ProjectAsync()
    {
        var project = new FixtureProject(feed);
        var file = Path.Combine(project.Folder, "Tiny.csproj");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("SearchEpochs=\"2\"", $"SearchEpochs=\"{Environment.GetEnvironmentVariable(Epochs)}\"", StringComparison.Ordinal));
        (await project.BuildAsync("-p:AbsEnabled=false")).Succeeded();
        return project;
    }
}
