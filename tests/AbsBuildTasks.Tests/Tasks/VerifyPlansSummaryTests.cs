using System.Diagnostics;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Infrastructure;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Tasks;

/// <summary>What a build server is told of a plan that its snapshot does not allow.</summary>
public sealed class VerifyPlansSummaryTests : IDisposable
{
    private static readonly string[] Variables = ["GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "DOTNET_ROOT"];

    private readonly TemporaryFolder _folder = new();
    private readonly string?[] _before = [.. Variables.Select(Environment.GetEnvironmentVariable)];
    private readonly RecordingTask _engine = new();

    public VerifyPlansSummaryTests()
    {
        Set([Summary, _folder.Path, null]);
        var found = SamplePlan.Digits.With("conv2", layer => layer with { WeightBits = 8 }) with { Fingerprint = new('a', 64) };
        PlanFile.Write(PlanFilePath, found);
        PlanFile.Write(new SnapshotPaths(Snapshots, "digits").Verified, SamplePlan.Digits, byteOrderMark: true);
    }

    private string Summary => Path.Combine(_folder.Path, "step.md");

    private string Snapshots => Path.Combine(_folder.Path, "AbsPlans");

    private string State => Path.Combine(_folder.Path, "obj", "abs");

    private string PlanFilePath => Path.Combine(State, "digits.plan.json");

    public void Dispose()
    {
        Set(_before);
        _folder.Dispose();
    }

    [Fact]
    public void A_failure_is_shown_once_at_the_line_of_the_decision()
    {
        Verify();
        Verify();

        Assert.All(_engine.Errors, error => Assert.Equal("ABS4001", error.Code));
        var command = Assert.Single(_engine.Messages, message => message.StartsWith("::error", StringComparison.Ordinal));
        Assert.StartsWith(FormattableString.Invariant($"::error file=AbsPlans/digits.plan.verified.json,line={_engine.Errors[0].LineNumber},col={_engine.Errors[0].ColumnNumber},title=ABS4001::Plan 'digits' differs"), command, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SamplePlan.Fingerprint, true)]
    [InlineData("another", false)]
    public void The_summary_says_why_the_model_was_searched_again_since_the_snapshot(string before, bool isTold)
    {
        var report = FingerprintReport.PathOf(State, "digits");
        Directory.CreateDirectory(Path.GetDirectoryName(report)!);
        File.WriteAllText(report, $$"""{ "model": "digits", "fingerprint": "{{new string('a', 64)}}", "before": "{{before}}", "entries": [], "changes": ["setting:Seed changed from 1 to 2"] }""");

        Verify();

        Assert.Equal(isTold, File.ReadAllText(Summary).Contains("`setting:Seed changed from 1 to 2`", StringComparison.Ordinal));
    }

    [Fact]
    public void A_refused_plan_leaves_its_page()
    {
        Verify("html");

        var page = Path.Combine(State, "reports", "digits.plan.html");
        Assert.Contains("class=\"verdict bad\"", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.Contains($"abs: digits: report written to {page}", _engine.Messages);
    }

    [Fact]
    public void An_accepted_plan_is_summed_up_against_the_merge_base()
    {
        var accepted = PlanFile.Read(PlanFilePath).Plan;
        Git("init", "--quiet", "--initial-branch=main");
        var verifier = new SnapshotVerifier(Snapshots);
        verifier.Accept(SamplePlan.Digits, SnapshotInputs.Of(SamplePlan.Digits, [new("setting:Seed", "1")], "Release", SnapshotRule.Default));
        Git("add", "--all");
        Git("commit", "--quiet", "--message", "base");
        Git("checkout", "--quiet", "-b", "feature");
        verifier.Accept(accepted, SnapshotInputs.Of(accepted, [new("setting:Seed", "2")], "Release", SnapshotRule.Default));

        Verify(passes: true);
        Verify(passes: true);

        var text = File.ReadAllText(Summary);
        Assert.Contains("### `digits`: accepted; 1 layer changed", text, StringComparison.Ordinal);
        Assert.Contains("`setting:Seed changed from 1 to 2`", text, StringComparison.Ordinal);
        Assert.Contains("Compared with the merge base of main, ", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("<!-- abs-summary").Length);
    }

    [Fact]
    public void Without_a_merge_base_there_is_no_summary_of_what_was_accepted()
    {
        new SnapshotVerifier(Snapshots).Accept(PlanFile.Read(PlanFilePath).Plan);

        Verify(passes: true);

        Assert.False(File.Exists(Summary));
        Assert.Contains(_engine.Messages, message => message.StartsWith("abs: digits: what was accepted since the branch began is not summed up: ", StringComparison.Ordinal));
    }

    private void Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", _folder.Path, "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", .. arguments]);
        using var process = Process.Start(start)!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static void Set(string?[] values)
    {
        foreach (var (name, value) in Variables.Zip(values))
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    private void Verify(string reports = "off", bool passes = false)
    {
        var task = new AbsVerifyPlans
        {
            BuildEngine = _engine,
            ProjectFile = Path.Combine(_folder.Path, "Model.csproj"),
            SnapshotDirectory = Snapshots,
            StateDirectory = State,
            Mode = "compare",
            Policy = "exact",
            ReportMode = reports,
            OutputDirectory = Path.Combine("bin", "abs"),
            Plans = [new TaskItem(PlanFilePath)],
            Models = [new TaskItem("digits")],
        };
        Assert.Equal(passes, task.Execute());
    }
}
