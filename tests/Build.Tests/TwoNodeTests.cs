using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>A sweep of six budgets on a cluster of two nodes gives what the same sweep gives by one worker after another. The times of both are written down.</summary>
/// <remarks>It takes long, so it runs only where <c>ABS_SLURM_SWEEP</c> says how many epochs a search has (docs/testing.md).</remarks>
public sealed class TwoNodeTests(PackedFeed feed, SlurmCluster cluster) : IClassFixture<PackedFeed>, IClassFixture<SlurmCluster>
{
    internal const string Epochs = "ABS_SLURM_SWEEP";
    private static readonly string[] Sweep = ["-p:AbsSnapshotMode=off", "-p:TinySweep=bops=2%|bops=4%|bops=5%|bops=6%|bops=8%", "-p:TinyTrainEpochs=20"];

    [LongSlurmFact(Epochs)]
    public async Task Six_budgets_on_two_nodes_train_once_and_have_the_bytes_of_one_worker_after_another()
    {
        var (inTurn, atOnce) = (await ProjectAsync(), await ProjectAsync());
        await AddNodeAsync();
        try
        {
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
            Assert.Equal(Results(inTurn), Results(atOnce));
            Assert.Equal(1, Regex.Count(outcome.Output, "train 1/"));
        }
        finally
        {
            KillNodes();
        }
    }

    private async Task<FixtureProject> ProjectAsync()
    {
        var project = new FixtureProject(feed);
        var file = Path.Combine(project.Folder, "Tiny.csproj");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("SearchEpochs=\"2\"", $"SearchEpochs=\"{Environment.GetEnvironmentVariable(Epochs)}\"", StringComparison.Ordinal));
        (await project.BuildAsync("-p:AbsEnabled=false")).Succeeded();
        return project;
    }

    /// <summary>Gives the cluster a second node.</summary>
    private async Task AddNodeAsync()
    {
        var file = cluster.Variables["SLURM_CONF"];
        KillNode("slurmd");
        cluster.KillController();
        var text = (await File.ReadAllTextAsync(file)).Replace("slurmd.pid", "%n.pid", StringComparison.Ordinal).Replace("Nodes=n1", "Nodes=n1,n2", StringComparison.Ordinal);
        text = Regex.Replace(text, "SlurmdSpoolDir=(.*)/node", "SlurmdSpoolDir=$1/%n");
        text = Regex.Replace(text, "(?m)^NodeName=n1 (.*) Port=(\\d+) (.*)$", line => $"{line.Value}\nNodeName=n2 {line.Groups[1].Value} Port={int.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture) + 1} {line.Groups[3].Value}");
        await File.WriteAllTextAsync(file, text);
        await cluster.StartControllerAsync();
        foreach (var node in new[] { "n1", "n2" })
        {
            Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(file)!, node));
            await cluster.RunAsync("slurmd", "-N", node);
        }

        await Hang.UntilAsync(async () => (await cluster.RunAsync("sinfo", "-h", "-o", "%T %D")).Trim() == "idle 2");
    }

    private void KillNodes()
    {
        KillNode("n1");
        KillNode("n2");
    }

    private void KillNode(string name)
    {
        var file = Path.Combine(Path.GetDirectoryName(cluster.Variables["SLURM_CONF"])!, name + ".pid");
        if (!File.Exists(file))
        {
            return;
        }

        try
        {
            using var process = Process.GetProcessById(int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture));
            process.Kill();
            process.WaitForExit();
        }
        catch (ArgumentException)
        {
            // It has ended.
        }
    }

    private static IReadOnlyDictionary<string, string> Results(FixtureProject project) => project.Hashes("tiny.plan.json", "tiny.weights.zip", "tiny.sweep.json");
}
