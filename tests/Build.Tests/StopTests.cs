using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Protocol;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Searches that somebody ends while they run, and stages that outlive their search.</summary>
public sealed class StopTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private static readonly string[] LongSearch = ["-p:TinyTrainEpochs=1000000", "-p:AbsSnapshotMode=off"];

    [Fact]
    public async Task A_search_that_is_asked_to_end_delivers_a_plan_that_is_current_here_and_in_no_cache()
    {
        var project = await feed.AcceptedCopyAsync();
        using var build = project.Start(new Dictionary<string, string>(), LongSearch);
        await build.PrintedAsync("abs: tiny: train 1/");
        StopRequest.Write(Assert.Single(Directory.GetDirectories(Path.Combine(project.State, "checkpoints", "tiny"))), keeps: true);

        var outcome = (await build.EndAsync()).Succeeded();

        var plan = PlanFile.Read(project.Plan).Plan;
        Assert.Equal("train", Assert.Single(plan.EndedEarly).Phase);
        Assert.Contains($"ended early: {plan.EndedEarly[0]}", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("abs: tiny: the plan is in no cache, as its search was ended early", outcome.Output, StringComparison.Ordinal);
        (await project.BuildWithoutWorkerAsync(LongSearch)).Succeeded();
        (await project.BuildAsync("-t:Clean")).Succeeded();
        (await project.BuildWithoutWorkerAsync([.. LongSearch, "-p:AbsSearchMode=cached"])).FailedWith("ABS5002");
    }

    [Fact]
    public async Task A_search_whose_time_is_over_delivers_one_too()
    {
        var project = await feed.AcceptedCopyAsync();

        // Nothing is learned, however much a machine trains in a second.
        var file = Path.Combine(project.Folder, "Tiny.csproj");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("LearningRate=\"0.01\"", "LearningRate=\"1e-9\"", StringComparison.Ordinal));

        var outcome = await project.BuildAsync([.. LongSearch, "-p:AbsStopAfter=1s"]);

        Assert.True(outcome.ExitCode == 0, outcome.Output);
        Assert.Equal("ABS3021", Assert.Single(outcome.Warnings).Code);
        Assert.Contains("abs: tiny: out of time (AbsStopAfter): train after ", outcome.Output, StringComparison.Ordinal);
        (await project.BuildAsync([.. LongSearch, "-p:AbsStopAfter=soon", "-p:AbsSearchMode=force"])).FailedWith("ABS1005");
    }

    [Fact]
    public async Task After_a_clean_another_budget_begins_with_the_training_from_the_cache()
    {
        string[] other = ["-p:AbsSnapshotMode=off", "-p:TinyBudget=bops=3.5%"];
        var project = await feed.AcceptedCopyAsync();
        (await project.BuildAsync("-p:AbsSnapshotMode=off", "-p:TinyBudget=bops=2.2%")).Succeeded();
        (await project.BuildAsync("-t:Clean")).Succeeded();

        var searched = (await project.BuildAsync(other)).Succeeded();
        var plan = await File.ReadAllBytesAsync(project.Plan);

        Assert.Contains("abs: tiny: full-precision training taken from the cache", searched.Output, StringComparison.Ordinal);
        Assert.Contains("abs: tiny: baseline taken from the cache", searched.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("abs: tiny: train 1/", searched.Output, StringComparison.Ordinal);
        (await project.BuildAsync([.. other, "-p:AbsSearchMode=force"])).Succeeded();
        Assert.Equal(plan, await File.ReadAllBytesAsync(project.Plan));
    }
}
