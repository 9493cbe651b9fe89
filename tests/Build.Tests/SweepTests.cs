using System.Text.Json.Nodes;
using AbsBuildTasks.Plans.Sweeps;
using Build.Tests.Harness;

namespace Build.Tests;

[Collection(BuildCollection.Name)]
public sealed class SweepTests(PackedFeed feed)
{
    private const string Sweep = "-p:TinySweep=lambda=0.2|bops=2%%3Bsize=90%";

    [Fact]
    public async Task A_sweep_lies_beside_the_plan_in_the_output_and_in_the_cache()
    {
        var project = await feed.AcceptedCopyAsync();
        var file = Path.Combine(project.Output, "tiny.sweep.json");
        var plan = await File.ReadAllBytesAsync(project.Plan);
        Assert.False(File.Exists(file));

        var searched = (await project.BuildAsync(Sweep)).Succeeded();

        // The model's own budget has the decisions it had without the sweep: the snapshot still fits.
        Assert.NotEqual(plan, await File.ReadAllBytesAsync(project.Plan));
        var sweep = SweepJson.Read(await File.ReadAllTextAsync(file), file);
        Assert.Equal(["bops=3%", "lambda=0.2", "bops=2%;size=90%"], sweep.Points.Select(point => point.Budget));
        Assert.Contains("abs: tiny: sweep 2/2: bops=2%;size=90%", searched.Output, StringComparison.Ordinal);
        Assert.Contains("  bops=2%;size=90%  ", searched.Output, StringComparison.Ordinal);

        Assert.Contains("The sweep", await File.ReadAllTextAsync(Path.Combine(project.Output, "tiny.plan.html")), StringComparison.Ordinal);
        Assert.Contains("#### the sweep", await File.ReadAllTextAsync(Path.Combine(project.Output, "tiny.plan.md")), StringComparison.Ordinal);

        var text = await File.ReadAllBytesAsync(file);
        await project.BuildAsync("-t:Clean", Sweep);
        Assert.False(File.Exists(file));
        var cached = (await project.BuildWithoutWorkerAsync(Sweep)).Succeeded();

        Assert.Contains("abs: tiny: plan taken from the cache", cached.Output, StringComparison.Ordinal);
        Assert.Contains("  bops=2%;size=90%  ", cached.Output, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllBytesAsync(file));
        Assert.DoesNotContain("abs:", (await project.BuildWithoutWorkerAsync(Sweep)).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_entry_without_its_sweep_counts_as_a_miss()
    {
        var project = await feed.AcceptedCopyAsync();
        (await project.BuildAsync(Sweep)).Succeeded();
        var file = Path.Combine(project.Output, "tiny.sweep.json");
        var text = await File.ReadAllBytesAsync(file);
        await project.BuildAsync("-t:Clean", Sweep);
        var entry = Directory.EnumerateFiles(Path.Combine(project.Cache, "ac"), "*", SearchOption.AllDirectories)
            .Single(path => File.ReadAllText(path).Contains("tiny.sweep.json", StringComparison.Ordinal));
        var json = JsonNode.Parse(await File.ReadAllTextAsync(entry))!;
        var files = json["files"]!.AsArray();
        files.Remove(files.Single(stored => (string)stored!["name"]! == "tiny.sweep.json"));
        await File.WriteAllTextAsync(entry, json.ToJsonString());

        var outcome = await project.BuildAsync(Sweep);

        Assert.True(outcome.ExitCode == 0, outcome.Output);
        Assert.Contains("was damaged and has been removed: it has no tiny.sweep.json.", Assert.Single(outcome.Warnings).Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllBytesAsync(file));
    }
}
