using System.Security.Cryptography;
using AbsBuildTasks.Plans.Documents;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Builds whose search starts from the weights of an earlier plan.</summary>
public sealed class WarmStartTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Fact]
    public async Task A_search_starts_from_the_file_that_the_item_names_and_the_plan_says_so()
    {
        string[] warm = ["-p:AbsSnapshotMode=off", "-p:TinyWarmStart=AbsPlans/start.weights.zip", "-p:TinyTrainEpochs=0"];
        var project = await feed.AcceptedCopyAsync();
        var start = Path.Combine(project.Folder, "AbsPlans", "start.weights.zip");
        (await project.BuildAsync(warm)).FailedWith("ABS3022");
        File.Copy(Path.Combine(project.Output, "tiny.weights.zip"), start);

        var outcome = (await project.BuildAsync(warm)).Succeeded();

        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(start)));
        Assert.Contains($"\"warmStart\": \"{hash}\"", await File.ReadAllTextAsync(project.Plan), StringComparison.Ordinal);
        Assert.True(PlanFile.Read(project.Plan).Plan.Metric.FullPrecision > 50);
        Assert.Contains("warm-start is new", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("started from the weights " + hash, outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("abs:", (await project.BuildWithoutWorkerAsync(warm)).Succeeded().Output, StringComparison.Ordinal);

        // What it holds counts, and not when it was written; a damaged one is told.
        File.SetLastWriteTimeUtc(start, new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        (await project.BuildWithoutWorkerAsync(warm)).Succeeded();
        await File.WriteAllTextAsync(start, "no weights");
        Assert.Contains("cannot be the start of this search", (await project.BuildAsync(warm)).FailedWith("ABS3022").Message, StringComparison.Ordinal);
    }
}
