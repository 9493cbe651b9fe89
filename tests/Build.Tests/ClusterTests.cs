using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Searches that a command runs elsewhere: on a real cluster, if only on this machine.</summary>
public sealed class ClusterTests(PackedFeed feed, SlurmCluster cluster) : IClassFixture<PackedFeed>, IClassFixture<SlurmCluster>
{
    private static readonly string[] Launch = ["-p:AbsExecutor=launch", "-p:AbsExecutorCommand=srun --job-name=abs"];
    private static readonly string[] Long = [.. Launch, "-p:TinyTrainEpochs=200", "-p:AbsSnapshotMode=off"];

    [SlurmFact]
    public async Task A_search_on_a_cluster_gives_the_bytes_of_one_here()
    {
        var here = await feed.AcceptedCopyAsync();
        var there = new FixtureProject(feed);
        Directory.CreateDirectory(Path.GetDirectoryName(there.Verified)!);
        File.Copy(here.Verified, there.Verified);

        (await there.BuildAsync(cluster.Variables, Launch)).Succeeded();

        Assert.Equal(Delivered(here), Delivered(there));
        Assert.Equal("", await cluster.QueueAsync());
        (await there.BuildWithoutWorkerAsync(Launch)).Succeeded();
    }

    [SlurmFact]
    public async Task A_build_that_is_cancelled_while_its_search_waits_leaves_nothing_in_the_queue()
    {
        var project = await feed.AcceptedCopyAsync();
        await using var other = new Occupied(cluster);
        await other.TakeAsync();
        using var build = project.Start(cluster.Variables, Long);
        await Hang.UntilAsync(async () => (await cluster.QueueAsync()).Contains("PENDING", StringComparison.Ordinal));

        await CancellationTests.SendAsync("INT", build);

        (await build.EndAsync()).FailedWith("ABS3003");
        await Hang.UntilAsync(async () => !(await cluster.QueueAsync()).Contains("PENDING", StringComparison.Ordinal));
    }

    [SlurmFact]
    public async Task A_search_that_is_stopped_there_goes_on_with_the_next_build()
    {
        var project = await feed.AcceptedCopyAsync();
        using var build = project.Start(cluster.Variables, Long);
        await Hang.UntilAsync(() => project.Checkpoints.Count > 0, build);

        await cluster.RunAsync("scancel", "--name=abs");

        (await build.EndAsync()).FailedWith("ABS3017");
        var outcome = (await project.BuildAsync(cluster.Variables, Long)).Succeeded();
        Assert.Contains("abs: tiny: resuming at ", outcome.Output, StringComparison.Ordinal);
    }

    [SlurmFact]
    public async Task What_the_cluster_refuses_is_told_in_its_own_words()
    {
        var project = await feed.AcceptedCopyAsync();

        var outcome = await project.BuildAsync(cluster.Variables, [.. Long, "-p:AbsExecutorCommand=srun --partition=nowhere"]);

        Assert.Contains("Invalid partition name specified", outcome.FailedWith("ABS3016").Message, StringComparison.Ordinal);
    }

    private static IReadOnlyDictionary<string, string> Delivered(FixtureProject project) => project.Hashes("tiny.plan.json", "tiny.weights.zip");

    /// <summary>A job that has the whole cluster.</summary>
    private sealed class Occupied(SlurmCluster cluster) : IAsyncDisposable
    {
        public async Task TakeAsync()
        {
            await cluster.RunAsync("sbatch", "--job-name=other", "--output=/dev/null", "--chdir=/tmp", "--wrap=exec sleep 3600");
            await Hang.UntilAsync(async () => (await cluster.QueueAsync()).Contains("RUNNING", StringComparison.Ordinal));
        }

        public async ValueTask DisposeAsync()
        {
            await cluster.RunAsync("scancel", "--name=other");
            await Hang.UntilAsync(async () => (await cluster.QueueAsync()).Length == 0);
        }
    }
}
