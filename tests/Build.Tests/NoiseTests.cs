using System.Text.RegularExpressions;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Noise;
using Build.Tests.Harness;

namespace Build.Tests;

public sealed class NoiseTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Fact]
    public async Task Seeds_are_searched_once_and_their_noise_goes_with_the_plan_and_its_snapshot()
    {
        const string Seeds = "-p:TinySeeds=3";
        var project = await feed.AcceptedCopyAsync();
        var (plan, file) = (await File.ReadAllBytesAsync(project.Plan), NoiseFile.PathIn(project.Output, "tiny"));
        var kept = NoiseFile.PathBeside(project.Verified, "tiny");

        var searched = (await project.BuildAsync(Seeds)).Succeeded();

        Assert.Equal(plan, await File.ReadAllBytesAsync(project.Plan));
        Assert.Equal(2, Regex.Count(searched.Output, "abs: tiny: search 2/2"));
        Assert.Contains("tiny: noise of 3 seeds", searched.Output, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], NoiseFile.Find(file, "tiny")!.Runs.Select(run => run.Seed));
        Assert.False(File.Exists(kept));
        (await project.BuildAsync(Seeds, "-t:AbsAcceptPlans")).Succeeded();
        Assert.Equal(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(kept));

        // From the cache, also what is measured anew; and nothing where nothing changed.
        await project.BuildAsync("-t:Clean", Seeds);
        (await project.BuildWithoutWorkerAsync(Seeds)).Succeeded();
        Assert.Equal(await File.ReadAllBytesAsync(kept), await File.ReadAllBytesAsync(file));
        Assert.DoesNotContain("abs:", (await project.BuildWithoutWorkerAsync(Seeds)).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_policy_noise_warns_until_the_noise_is_measured_and_then_goes_by_it()
    {
        const string Policy = "-p:AbsSnapshotPolicy=noise";
        var project = await feed.AcceptedCopyAsync();
        var kept = NoiseFile.PathBeside(project.Verified, "tiny");

        var unknown = await project.BuildWithoutWorkerAsync(Policy);
        Assert.Equal("ABS4019", Assert.Single(unknown.Warnings).Code);

        (await project.BuildAsync(Policy, "-p:TinySeeds=3", "-t:AbsCalibrate")).Succeeded();
        var band = NoiseFile.Find(kept, "tiny")!;
        (await project.BuildWithoutWorkerAsync(Policy)).Succeeded();

        // A plan by another seed passes; one that is worse by far does not.
        var verified = PlanFile.Read(project.Verified).Plan;
        PlanFile.Write(project.Verified, verified with { Metric = verified.Metric with { Compressed = 1000 + band.Spreads[0].Mean }, Fingerprint = new('a', 64) }, byteOrderMark: true);
        (await project.BuildWithoutWorkerAsync(Policy)).FailedWith("ABS4001");

        await File.WriteAllTextAsync(kept, "{");
        Assert.Equal(kept, (await project.BuildWithoutWorkerAsync(Policy)).FailedWith("ABS4018").File);
    }
}
