using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Protocol;
using Build.Tests.Harness;

namespace Build.Tests;

public sealed class SummaryTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Fact]
    public async Task A_changed_plan_is_summed_up_once_where_the_build_server_shows_it()
    {
        var project = await feed.AcceptedCopyAsync();
        var file = Path.Combine(project.Folder, "step.md");
        var gitHub = new Dictionary<string, string> { ["GITHUB_STEP_SUMMARY"] = file, ["GITHUB_WORKSPACE"] = project.Folder, ["DOTNET_ROOT"] = "" };

        (await project.BuildAsync(gitHub)).Succeeded();
        Assert.False(File.Exists(file));

        ChangeSnapshot(project);
        var off = await project.BuildAsync(gitHub, "-p:AbsSummary=off");
        off.FailedWith("ABS4001");
        Assert.False(File.Exists(file));
        Assert.DoesNotContain("::error", off.Output, StringComparison.Ordinal);

        var failed = await project.BuildAsync(gitHub);
        failed.FailedWith("ABS4001");
        Assert.Single(failed.Output.Split('\n'), line => line.TrimStart().StartsWith("::error file=AbsPlans/tiny.plan.verified.json,line=", StringComparison.Ordinal));
        (await project.BuildAsync(gitHub)).FailedWith("ABS4001");
        Assert.Single(await File.ReadAllLinesAsync(file), line => line.StartsWith("### `tiny`: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Azure_is_told_once_of_a_file_that_is_there()
    {
        var project = await feed.AcceptedCopyAsync();
        ChangeSnapshot(project);

        var outcome = await project.BuildAsync(new Dictionary<string, string> { ["TF_BUILD"] = "True" });

        const string command = "##vso[task.uploadsummary]";
        var line = Assert.Single(outcome.Output.Split('\n'), line => line.Contains(command, StringComparison.Ordinal));
        Assert.True(File.Exists(line[(line.IndexOf(command, StringComparison.Ordinal) + command.Length)..].Trim()), outcome.Output);
        Assert.Single(outcome.Output.Split('\n'), line => line.Contains($"##vso[task.logissue type=error;sourcepath={project.Verified};linenumber=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GitLab_finds_what_is_wrong_until_it_is_mended()
    {
        var project = await feed.AcceptedCopyAsync();
        var gitLab = new Dictionary<string, string> { ["GITLAB_CI"] = "true", ["CI_PROJECT_DIR"] = project.Folder };
        ChangeSnapshot(project);
        var report = Path.Combine(project.Folder, "abs-summary", "codequality.json");

        (await project.BuildAsync(gitLab)).FailedWith("ABS4001");
        Assert.Contains("\"path\": \"AbsPlans/tiny.plan.verified.json\"", await File.ReadAllTextAsync(report), StringComparison.Ordinal);

        (await project.BuildAsync(gitLab, "-p:AbsSnapshotPolicy=no-regression", "-p:AbsSnapshotTolerance=metric=2;bops=100%;size=100%")).Succeeded();
        Assert.Equal("[]", await File.ReadAllTextAsync(report));
    }

    [Fact]
    public async Task A_watcher_reads_how_a_search_runs()
    {
        var project = new FixtureProject(feed);
        var file = Path.Combine(project.Folder, "events.jsonl");

        // What the display of the abs command line reads takes nothing from who else watches.
        (await project.BuildAsync($"-p:AbsEventsFile={file}", $"-p:_AbsDisplayEventsFile={file}.display", "-t:AbsSearch")).Succeeded();

        Assert.Equal(await File.ReadAllTextAsync(file), await File.ReadAllTextAsync(file + ".display"));
        var events = (await File.ReadAllLinesAsync(file)).Select(line => BuildEventJson.TryRead(line, out var read) ? read : null).ToArray();
        Assert.Equal(new SearchStarted("tiny", 0.03, 8), events[0]);
        Assert.Equal(8, events.OfType<SearchReported>().Count(read => read.Event is ProgressEvent { Phase: "train" or "baseline" or "search" or "fine-tune" }));
        var last = Assert.IsType<SearchReported>(events[^1]);
        Assert.Equal(new SearchReported("tiny", new DoneEvent(), last.Seconds), last);
        Assert.True(last.Seconds > 0);
    }

    private static void ChangeSnapshot(FixtureProject project)
    {
        var plan = PlanFile.Read(project.Verified).Plan;
        PlanFile.Write(project.Verified, plan with { Metric = plan.Metric with { Compressed = plan.Metric.Compressed - 1 } }, byteOrderMark: true);
    }
}
