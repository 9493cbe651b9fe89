using AbsBuildTasks.Plans.Fingerprints;
using Build.Tests.Harness;

namespace Build.Tests;

public sealed class SearchTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Fact]
    public async Task The_first_build_searches_and_asks_for_the_plan_to_be_accepted()
    {
        var accepted = await feed.AcceptedAsync();

        var error = accepted.FirstBuild.FailedWith("ABS4002");
        Assert.Contains("look at it with: dotnet build Tiny.csproj -t:AbsReport, accept it with: dotnet build Tiny.csproj -t:AbsAcceptPlans", error.Message, StringComparison.Ordinal);
        Assert.Equal(["tiny.inputs.received.json", "tiny.plan.received.json"], accepted.FilesAfterFirstBuild);
        Assert.Contains("abs: tiny: search 2/2  loss ", accepted.FirstBuild.Output, StringComparison.Ordinal);
        Assert.Contains("  top-1 ", accepted.FirstBuild.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("searching again", accepted.FirstBuild.Output, StringComparison.Ordinal);
        Assert.Contains("BOPs", accepted.FirstBuild.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("tiny loads its data", accepted.FirstBuild.Output, StringComparison.Ordinal);
        accepted.Acceptance.Succeeded();
        Assert.True(File.Exists(accepted.Project.Verified));
        Assert.False(File.Exists(accepted.Project.Received));
    }

    [Fact]
    public async Task A_build_without_changes_starts_no_process_and_prints_nothing()
    {
        var project = await feed.AcceptedCopyAsync();
        var plans = project.Plans();

        var outcome = (await project.BuildWithoutWorkerAsync()).Succeeded();

        Assert.DoesNotContain("abs:", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(plans, project.Plans());
    }

    [Fact]
    public async Task The_same_inputs_make_the_same_plan_and_weights_to_the_byte_from_an_empty_cache()
    {
        var first = await feed.AcceptedCopyAsync();
        var elsewhere = new FixtureProject(feed);

        var outcome = (await elsewhere.BuildAsync("-p:AbsSnapshotMode=off")).Succeeded();

        Assert.Contains("abs: tiny: search 2/2", outcome.Output, StringComparison.Ordinal);
        foreach (var name in new[] { "tiny.plan.json", "tiny.weights.zip" })
        {
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(first.Output, name)), await File.ReadAllBytesAsync(Path.Combine(elsewhere.Output, name)));
        }
    }

    [Theory]
    [InlineData("-p:AbsSearchMode=off")]
    [InlineData("-p:AbsEnabled=false")]
    [InlineData("-p:DesignTimeBuild=true", "-p:BuildingProject=false")]
    public async Task Switched_off_or_asked_by_an_editor_nothing_runs_and_plans_stay(params string[] arguments)
    {
        var project = await feed.AcceptedCopyAsync();
        var plans = project.Plans();

        (await project.BuildWithoutWorkerAsync([.. arguments, "-p:TinyTrainEpochs=3"])).Succeeded();

        Assert.Equal(plans, project.Plans());
    }

    [Theory]
    [InlineData("-p:AbsSnapshotMode=verfy", "verify, compare, accept or off")]
    [InlineData("-p:AbsSnapshotPolicy=no-regresion", "exact, no-regression or noise")]
    [InlineData("-p:AbsSnapshotTolerance=bop=5%25", "'bop' is not one of metric, metric:NAME, bops, size, latency, bits, filters")]
    [InlineData("-p:AbsSummary=perhaps", "auto or off")]
    [InlineData("-p:AbsReportMode=pdf", "html, all or off")]
    public async Task A_misspelt_setting_of_what_follows_a_search_is_told_before_it(string argument, string message)
    {
        var project = await feed.AcceptedCopyAsync();

        var error = (await project.BuildWithoutWorkerAsync(argument, "-p:TinyTrainEpochs=3")).FailedWith("ABS1005");

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_may_hold_spaces_and_any_letters_and_a_detailed_log_has_the_fingerprints_entries()
    {
        var project = new FixtureProject(feed, name: "Modèle ü 模型");
        (await project.BuildAsync("-p:AbsSnapshotMode=accept")).Succeeded();

        var outcome = (await project.BuildWithoutWorkerAsync("-v:d")).Succeeded();

        Assert.Contains("  setting:Seed = 1\n", outcome.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(project.Plan));
    }

    [Fact]
    public async Task What_a_build_writes_is_no_data()
    {
        var project = await feed.AcceptedCopyAsync();
        string[] arguments = ["-p:TinyDataFiles=**", "-p:AbsSnapshotMode=accept"];
        (await project.BuildAsync(arguments)).Succeeded();

        var outcome = (await project.BuildWithoutWorkerAsync(arguments)).Succeeded();

        Assert.DoesNotContain("abs:", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clean_removes_the_plan_but_not_the_snapshot()
    {
        var project = await feed.AcceptedCopyAsync();
        Assert.NotNull(RecordedInputs.Read(Path.Combine(project.Output, "tiny.inputs.json")));

        (await project.BuildAsync("-t:Clean")).Succeeded();

        Assert.Equal(["tiny.inputs.verified.json", "tiny.plan.verified.json"], project.Plans().Keys.Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        (await project.BuildAsync()).Succeeded();
    }
}
