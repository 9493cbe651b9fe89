using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>A cluster of two nodes, of which one is lost.</summary>
public sealed class LostMachineTests(PackedFeed feed, SlurmCluster cluster) : IClassFixture<PackedFeed>, IClassFixture<SlurmCluster>, IAsyncLifetime
{
    private static readonly string[] Files = ["tiny.plan.json", "tiny.weights.zip"];

    public async Task InitializeAsync()
    {
        if (SlurmCluster.IsInstalled)
        {
            await cluster.BecomeTwoNodesAsync();
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

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
        Assert.Equal(here.Hashes(Files), there.Hashes(Files));
    }

    /// <summary>Runs of the job whose search has said something, and cannot have ended, as it waits for the gate.</summary>
    private static int Copies(FixtureProject project) => Directory.Exists(project.State)
        ? Directory.GetFiles(project.State, "events", SearchOption.AllDirectories).Count(file => new FileInfo(file).Length > 0)
        : 0;
}
