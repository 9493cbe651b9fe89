using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>A build that has nothing to do sees that at a glance, and misses nothing that is to be done.</summary>
public sealed class NothingToDoTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Nothing = "abs: nothing has changed since the last build; plans are not looked at again.";

    [Fact]
    public async Task The_third_build_looks_at_no_plan_and_knows_all_files_all_the_same()
    {
        var project = await SettledAsync();

        var outcome = (await project.BuildAsync("-v:d")).Succeeded();

        Assert.Contains(Nothing, outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Task \"AbsSearch\"", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  setting:Seed = 1", outcome.Output, StringComparison.Ordinal);

        // Files that a build does not know are removed by the next.
        var plans = project.Plans();
        (await project.BuildAsync("-p:TinyVariant=OTHER", "-p:AbsSearchMode=off")).Succeeded();
        Assert.Equal(plans, project.Plans());
        (await project.BuildAsync("-t:Clean")).Succeeded();
        Assert.Empty(Directory.Exists(project.Output) ? Directory.EnumerateFiles(project.Output) : []);
    }

    [Theory]
    [InlineData("data")]
    [InlineData("setting")]
    [InlineData("code")]
    public async Task What_changes_is_searched_for(string what)
    {
        var project = await SettledAsync();
        var code = Path.Combine(project.Folder, "TinyNetwork.cs");
        switch (what)
        {
            case "data":
                File.Copy(Path.Combine(project.Folder, "data", "images.csv"), Path.Combine(project.Folder, "data", "more.csv"));
                break;
            case "code":
                await File.WriteAllTextAsync(code, (await File.ReadAllTextAsync(code)).Replace("relu(norm1", "relu6(norm1", StringComparison.Ordinal));
                break;
        }

        var outcome = await project.BuildAsync(what == "setting" ? ["-p:TinyBudget=bops=2%"] : []);

        Assert.Contains("abs: tiny: searching again, because", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_targets_file_counts_by_what_it_says()
    {
        var project = await feed.AcceptedCopyAsync();
        var target = Path.Combine(project.Folder, "mcu.json");
        await File.WriteAllTextAsync(target, """{ "schemaVersion": 1, "name": "mcu", "pairs": ["4/8", "8/8"] }""");
        string[] arguments = ["-p:TinyTarget=mcu.json", "-p:AbsSnapshotMode=off"];
        await SettleAsync(project, arguments);
        Assert.Contains("\"target\": \"mcu\"", await File.ReadAllTextAsync(project.Plan), StringComparison.Ordinal);

        await File.WriteAllTextAsync(target, """{ "name": "mcu", "schemaVersion": 1,  "pairs": ["8/8", "4/8"] }""");
        (await project.BuildWithoutWorkerAsync(arguments)).Succeeded();
        await File.WriteAllTextAsync(target, """{ "schemaVersion": 1, "name": "mcu", "pairs": ["8/8"] }""");
        var outcome = await project.BuildAsync(arguments);

        Assert.Contains("abs: tiny: searching again, because setting:DeployTarget changed", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_that_is_gone_is_missed()
    {
        var project = await SettledAsync();
        File.Delete(project.Verified);

        (await project.BuildAsync()).FailedWith("ABS4002");
        (await project.BuildAsync()).FailedWith("ABS4002");
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("page")]
    [InlineData("state")]
    public async Task What_is_lost_is_made_again(string what)
    {
        var project = await SettledAsync();
        var files = what switch
        {
            "plan" => [project.Plan],
            "page" => [Path.ChangeExtension(project.Plan, ".html")],
            _ => Directory.GetFiles(Path.Combine(project.State, "plans"), "*.plan.json", SearchOption.AllDirectories),
        };
        Assert.All(files, File.Delete);

        (await project.BuildAsync()).Succeeded();

        Assert.All(files, file => Assert.True(File.Exists(file), file));
    }

    [Fact]
    public async Task A_warning_is_repeated()
    {
        var project = await SettledAsync();
        File.Copy(project.Verified, Path.Combine(Path.GetDirectoryName(project.Verified)!, "other.plan.verified.json"));

        for (var build = 0; build < 3; build++)
        {
            Assert.Equal("ABS4009", Assert.Single((await project.BuildAsync()).Warnings).Code);
            await Task.Delay(TimeSpan.FromSeconds(2));
        }
    }

    private async Task<FixtureProject> SettledAsync()
    {
        var project = await feed.AcceptedCopyAsync();
        await SettleAsync(project);
        return project;
    }

    private static async Task SettleAsync(FixtureProject project, params string[] arguments)
    {
        (await project.BuildAsync(arguments)).Succeeded();

        // What was written in the last three seconds counts for nothing.
        await Task.Delay(TimeSpan.FromSeconds(4));
        (await project.BuildAsync(arguments)).Succeeded();
    }
}
