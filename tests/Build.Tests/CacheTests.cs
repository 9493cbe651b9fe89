using Build.Tests.Harness;

namespace Build.Tests;

public sealed class CacheTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Fact]
    public async Task After_clean_the_plan_comes_from_the_cache()
    {
        var project = await feed.AcceptedCopyAsync();
        var plan = await File.ReadAllBytesAsync(project.Plan);
        await project.BuildAsync("-t:Clean");

        var outcome = (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached")).Succeeded();

        Assert.Contains("abs: tiny: plan taken from the cache", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(plan, await File.ReadAllBytesAsync(project.Plan));
    }

    [Fact]
    public async Task What_the_search_warned_of_comes_with_the_plan()
    {
        var project = new FixtureProject(feed);
        var network = Path.Combine(project.Folder, "TinyNetwork.cs");
        await File.WriteAllTextAsync(network, (await File.ReadAllTextAsync(network))
            .Replace("    private readonly Linear logits", "    private readonly PReLU slope = PReLU(1);\n    private readonly Linear logits", StringComparison.Ordinal)
            .Replace("x = functional.max_pool2d(x, 2);", "x = functional.max_pool2d(slope.call(x), 2);", StringComparison.Ordinal));
        AssertWarned(await project.BuildAsync("-p:AbsSnapshotMode=off"));
        await project.BuildAsync("-t:Clean");

        AssertWarned(await project.BuildWithoutWorkerAsync("-p:AbsSnapshotMode=off"));

        Assert.Contains("ABS2012", await File.ReadAllTextAsync(Path.Combine(project.Output, "tiny.plan.html")), StringComparison.Ordinal);
        (await project.BuildWithoutWorkerAsync("-p:AbsSnapshotMode=off")).Succeeded();

        static void AssertWarned(BuildOutcome outcome)
        {
            Assert.True(outcome.ExitCode == 0, outcome.Output);
            Assert.Equal("ABS2012", Assert.Single(outcome.Warnings).Code);
        }
    }

    [Fact]
    public async Task A_job_that_searches_leaves_the_verdict_to_one_that_verifies()
    {
        const string Smaller = "-p:TinyBudget=bops=2%";
        var project = await feed.AcceptedCopyAsync();

        (await project.BuildAsync("-t:AbsSearch", Smaller)).Succeeded();
        var plan = await File.ReadAllBytesAsync(project.Plan);
        (await project.BuildAsync("-t:Clean")).Succeeded();

        (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached", Smaller)).FailedWith("ABS4001");
        Assert.False(File.Exists(project.Plan));

        await File.WriteAllBytesAsync(project.Verified, plan);
        (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached", Smaller)).Succeeded();
    }

    [Fact]
    public async Task A_damaged_entry_is_a_warning_and_is_made_anew()
    {
        var project = await feed.AcceptedCopyAsync();
        var plan = await File.ReadAllBytesAsync(project.Plan);
        await project.BuildAsync("-t:Clean");
        foreach (var content in Directory.EnumerateFiles(Path.Combine(project.Cache, "cas"), "*", SearchOption.AllDirectories))
        {
            await File.WriteAllTextAsync(content, "damaged");
        }

        var outcome = await project.BuildAsync();

        Assert.True(outcome.ExitCode == 0, outcome.Output);

        // The plan's, and those of the stages of its search.
        Assert.NotEmpty(outcome.Warnings);
        Assert.All(outcome.Warnings, warning => Assert.Equal("ABS5001", warning.Code));
        Assert.Equal(plan, await File.ReadAllBytesAsync(project.Plan));
        await project.BuildAsync("-t:Clean");
        (await project.BuildWithoutWorkerAsync()).Succeeded();
    }

    [Fact]
    public async Task A_miss_where_searching_is_not_allowed_is_an_error()
    {
        var project = await feed.AcceptedCopyAsync();
        var plans = project.Plans();

        var outcome = await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached", "-p:TinyTrainEpochs=3");

        var message = outcome.FailedWith("ABS5002").Message;
        Assert.Contains("AbsSearchMode=auto", message, StringComparison.Ordinal);
        Assert.Contains("is not in the cache /", message, StringComparison.Ordinal);
        Assert.Contains(", and there is no remote cache", message, StringComparison.Ordinal);
        Assert.Equal(plans, project.Plans());
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_a_warning()
    {
        var project = await feed.AcceptedCopyAsync();

        var outcome = await project.BuildAsync("-p:AbsSearchMode=force", $"-p:AbsCacheDirectory={project.Verified}");

        Assert.True(outcome.ExitCode == 0, outcome.Output);
        Assert.Equal("ABS5003", Assert.Single(outcome.Warnings).Code);
    }
}
