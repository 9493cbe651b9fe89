using System.Diagnostics;
using System.Text.RegularExpressions;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Searches on a cluster of two nodes.</summary>
public sealed class TwoNodeTests(PackedFeed feed, SlurmCluster cluster) : IClassFixture<PackedFeed>, IClassFixture<SlurmCluster>, IAsyncLifetime
{
    internal const string Epochs = "ABS_SLURM_SWEEP";
    private static readonly string[] Sweep = ["-p:AbsSnapshotMode=off", "-p:TinySweep=bops=2%|bops=4%|bops=5%|bops=6%|bops=8%", "-p:TinyTrainEpochs=20"];
    private static readonly string[] Delivered = ["tiny.plan.json", "tiny.weights.zip"];
    private static readonly string[] SweepFiles = [.. Delivered, "tiny.sweep.json"];

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
        Assert.Equal(inTurn.Hashes(SweepFiles), atOnce.Hashes(SweepFiles));
        Assert.Equal(1, Regex.Count(outcome.Output, "train 1/"));
    }

    /// <summary>A cluster may take a machine for lost that works on. Then there are two copies of a job, and either may be first.</summary>
    [SlurmFact]
    public async Task A_job_whose_machine_is_taken_for_lost_and_works_on_gives_the_same_bytes()
    {
        var here = await feed.AcceptedCopyAsync();
        var there = new FixtureProject(feed);
        var gate = Path.Combine(there.Folder, "gate");
        string[] held = ["-p:AbsExecutor=slurm", "-p:AbsSnapshotMode=off", "-p:AbsExecutorOptions=--export=TINY_GATE_FILE"];
        using var build = there.Start(new Dictionary<string, string>(cluster.Variables) { ["TINY_GATE_FILE"] = gate }, held);
        await Hang.UntilAsync(() => Copies(there) == 1, build);

        await cluster.LoseNodeAsync("n1");
        await cluster.UntilItRunsAsync(await cluster.JobAsync());
        await Hang.UntilAsync(() => Copies(there) == 2, build);
        await File.WriteAllTextAsync(gate, "");

        (await build.EndAsync()).Succeeded();
        Assert.Equal(here.Hashes(Delivered), there.Hashes(Delivered));
    }

    /// <summary>Runs of the job whose search has said something, and cannot have ended, as it waits for the gate.</summary>
    private static int Copies(FixtureProject project) => Directory.Exists(project.State)
        ? Directory.GetFiles(project.State, "events", SearchOption.AllDirectories).Count(file => new FileInfo(file).Length > 0)
        : 0;

    private async Task<FixtureProject> ProjectAsync()
    {
        var project = new FixtureProject(feed);
        var file = Path.Combine(project.Folder, "Tiny.csproj");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("SearchEpochs=\"2\"", $"SearchEpochs=\"{Environment.GetEnvironmentVariable(Epochs)}\"", StringComparison.Ordinal));
        (await project.BuildAsync("-p:AbsEnabled=false")).Succeeded();
        return project;
    }
}
