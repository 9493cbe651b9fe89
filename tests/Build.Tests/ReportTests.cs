using Build.Tests.Harness;

namespace Build.Tests;

public sealed class ReportTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Smaller = "-p:TinyBudget=bops=2%";

    [Fact]
    public async Task A_build_writes_the_report_and_the_next_one_leaves_it()
    {
        var project = await feed.AcceptedCopyAsync();
        var report = await File.ReadAllTextAsync(Report(project));
        Assert.StartsWith("<!DOCTYPE html>", report, StringComparison.Ordinal);
        Assert.Contains("The search", report, StringComparison.Ordinal);
        Assert.Contains("unchanged, ", report, StringComparison.Ordinal);
        var markdown = Path.ChangeExtension(Report(project), ".md");
        Assert.Contains(", against the snapshot: unchanged, ", await File.ReadAllTextAsync(markdown), StringComparison.Ordinal);
        var time = DateTime.UnixEpoch;
        File.SetLastWriteTimeUtc(Report(project), time);
        File.SetLastWriteTimeUtc(markdown, time);

        (await project.BuildWithoutWorkerAsync()).Succeeded();
        Assert.Equal((time, time), (File.GetLastWriteTimeUtc(Report(project)), File.GetLastWriteTimeUtc(markdown)));

        // Another snapshot, one that passes: the report compares with it.
        File.Delete(project.Verified);
        (await project.BuildWithoutWorkerAsync("-p:AbsSnapshotMode=off")).Succeeded();
        Assert.DoesNotContain("unchanged, ", await File.ReadAllTextAsync(Report(project)), StringComparison.Ordinal);
        Assert.DoesNotContain("against the snapshot", await File.ReadAllTextAsync(markdown), StringComparison.Ordinal);

        (await project.BuildWithoutWorkerAsync("-t:Clean")).Succeeded();
        Assert.Equal((false, false), (File.Exists(Report(project)), File.Exists(markdown)));
    }

    [Fact]
    public async Task A_report_that_is_asked_for_shows_a_refused_plan_and_a_picture()
    {
        var project = await feed.AcceptedCopyAsync();
        (await project.BuildAsync(Smaller)).FailedWith("ABS4001");
        Assert.Contains("unchanged, ", await File.ReadAllTextAsync(Report(project)), StringComparison.Ordinal);

        var outcome = (await project.BuildWithoutWorkerAsync("-t:AbsReport", "-p:AbsReportMode=all")).Succeeded();

        // Not beside the plan and the weights that were delivered.
        var report = Path.Combine(project.State, "reports", "tiny.plan.html");
        Assert.Contains($"abs: tiny: report written to {report}", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("bops=2%", await File.ReadAllTextAsync(report), StringComparison.Ordinal);
        Assert.Contains("setting:Budget changed from", await File.ReadAllTextAsync(report), StringComparison.Ordinal);
        Assert.StartsWith("<svg", await File.ReadAllTextAsync(Path.ChangeExtension(report, ".svg")), StringComparison.Ordinal);
        Assert.Contains("unchanged, ", await File.ReadAllTextAsync(Report(project)), StringComparison.Ordinal);

        (await project.BuildWithoutWorkerAsync(Smaller, "-t:AbsAcceptPlans")).Succeeded();
        (await project.BuildWithoutWorkerAsync(Smaller)).Succeeded();
        Assert.Contains("bops=2%", await File.ReadAllTextAsync(Report(project)), StringComparison.Ordinal);
        Assert.False(File.Exists(report));
    }

    [Fact]
    public async Task A_snapshot_with_the_marks_of_a_merge_does_not_fail_a_build_that_has_no_use_for_it()
    {
        var project = await feed.AcceptedCopyAsync();
        await File.WriteAllTextAsync(project.Verified, "<<<<<<< ours\n" + await File.ReadAllTextAsync(project.Verified));

        (await project.BuildWithoutWorkerAsync("-p:AbsSnapshotMode=off")).Succeeded();
    }

    [Fact]
    public async Task Switched_off_there_is_no_report_and_an_old_one_goes()
    {
        var project = await feed.AcceptedCopyAsync();

        (await project.BuildWithoutWorkerAsync("-p:AbsReportMode=off")).Succeeded();

        Assert.False(File.Exists(Report(project)));
        Assert.False(File.Exists(Path.ChangeExtension(Report(project), ".md")));
        Assert.True(File.Exists(project.Plan));
    }

    [Fact]
    public async Task A_damaged_record_of_the_search_is_a_warning_and_no_part_of_the_report()
    {
        var project = await feed.AcceptedCopyAsync();
        var record = Assert.Single(Directory.GetFiles(Path.Combine(project.Folder, "obj"), "tiny.run.json", SearchOption.AllDirectories));
        await File.WriteAllTextAsync(record, "{}");

        // A build would see the damage, and take the plan anew.
        var outcome = await project.BuildAsync("-t:AbsReport");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("ABS4008", Assert.Single(outcome.Warnings).Code);
        Assert.DoesNotContain("The search", await File.ReadAllTextAsync(Report(project)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_plan_there_is_nothing_to_report() =>
        (await new FixtureProject(feed).BuildAsync("-t:AbsReport")).FailedWith("ABS4004");

    private static string Report(FixtureProject project) => Path.Combine(project.Output, "tiny.plan.html");
}
