using System.Diagnostics;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Infrastructure;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Tasks;

/// <summary>Plans of which each was accepted, and that have got worse since a release.</summary>
public sealed class BaselineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingTask _engine = new();

    public BaselineTests()
    {
        Git("init", "--quiet", "--initial-branch=main");
        Accept(SamplePlan.Digits);
        Git("add", "--all");
        Git("commit", "--quiet", "--message", "release");
        Git("tag", "v1.2");
        foreach (var metric in new[] { 91.25, 90.75, 90.25 })
        {
            Accept(SamplePlan.Digits with { Metric = SamplePlan.Digits.Metric with { Compressed = metric } });
        }
    }

    private string Snapshots => Path.Combine(_folder.Path, "AbsPlans");

    private string State => Path.Combine(_folder.Path, "obj", "abs");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Slow_drift_from_a_tag_fails_although_each_step_was_accepted()
    {
        Assert.False(Verify("v1.2", "metric=1"));

        var error = Assert.Single(_engine.Errors);
        Assert.Equal("ABS4025", error.Code);
        Assert.Matches(@"^Plan 'digits' has drifted from v1\.2, [0-9a-f]{8}: metric\.compressed 91\.75 -> 90\.25; at least 90\.75 is tolerated\. To accept it does not help: ", error.Message);
        var page = File.ReadAllText(Path.Combine(State, "reports", "digits.plan.html"));
        Assert.Contains("class=\"verdict bad\"", page, StringComparison.Ordinal);
        Assert.Contains("eyond policy drift against v1.2, ", page, StringComparison.Ordinal);
        Assert.Contains("within policy exact against the snapshot", page, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_nobody_compares_with_need_not_be_there()
    {
        using var search = new AbsSearch { ProjectFile = Path.Combine(_folder.Path, "Model.csproj"), SnapshotDirectory = "AbsPlans", Baseline = "v0.1" };

        Assert.Equal("ABS4026", Assert.Throws<AbsException>(search.CheckLaterSettings).Code);

        search.SnapshotMode = "off";
        search.CheckLaterSettings();

        search.BaselineMode = "shout";
        Assert.Equal("ABS1005", Assert.Throws<AbsException>(search.CheckLaterSettings).Code);
    }

    [Fact]
    public void It_may_be_a_warning()
    {
        Assert.True(Verify("v1.2", "metric=1", "warn"));

        Assert.Equal("ABS4025", Assert.Single(_engine.Warnings).Code);
        Assert.Empty(_engine.Errors);
    }

    [Theory]
    [InlineData("v1.2", "metric=2")]
    [InlineData("main", "metric=1.5")]
    [InlineData("", "")]
    public void Within_its_own_tolerance_a_plan_passes(string baseline, string tolerance)
    {
        Assert.True(Verify(baseline, tolerance));

        Assert.Empty(_engine.Warnings);
    }

    [Theory]
    [InlineData("digits.plan.json")]
    [InlineData("digits.plan.verified.json")]
    public void A_folder_has_the_plans_of_a_release_too(string name)
    {
        PlanFile.Write(_folder.File("release/" + name), SamplePlan.Digits);

        Assert.False(Verify("release", "metric=1"));

        Assert.StartsWith("Plan 'digits' has drifted from release: ", Assert.Single(_engine.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_the_release_does_not_have_is_not_judged()
    {
        Directory.CreateDirectory(_folder.File("release"));

        Assert.True(Verify("release", "metric=1"));
    }

    [Theory]
    [InlineData("v9.9")]
    [InlineData("--all")]
    public void A_release_that_is_not_there_is_an_error(string baseline)
    {
        Assert.False(Verify(baseline, ""));

        Assert.Equal("ABS4026", Assert.Single(_engine.Errors).Code);
    }

    [Theory]
    [InlineData("speed=1", "error")]
    [InlineData("", "fail")]
    public void Settings_are_checked_also_without_a_release(string tolerance, string mode)
    {
        Assert.False(Verify("", tolerance, mode));

        Assert.Equal("ABS1005", Assert.Single(_engine.Errors).Code);
    }

    private void Accept(CompressionPlan plan)
    {
        PlanFile.Write(Path.Combine(State, "digits.plan.json"), plan);
        new SnapshotVerifier(Snapshots).Accept(plan);
    }

    private bool Verify(string baseline, string tolerance, string mode = "error") => new AbsVerifyPlans
    {
        BuildEngine = _engine,
        Plans = [new TaskItem(Path.Combine(State, "digits.plan.json"))],
        Models = [new TaskItem("digits")],
        ProjectFile = Path.Combine(_folder.Path, "Model.csproj"),
        SnapshotDirectory = Snapshots,
        StateDirectory = State,
        Baseline = baseline,
        BaselineTolerance = tolerance,
        BaselineMode = mode,
        ReportMode = "html",
        Summary = "off",
        Configuration = "Release",
    }.Execute();

    private void Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", _folder.Path, "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", .. arguments]);
        using var process = Process.Start(start)!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
