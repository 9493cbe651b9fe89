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

    private static void Set(string?[] values)
    {
        foreach (var (name, value) in Variables.Zip(values))
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    private void Verify()
    {
        var task = new AbsVerifyPlans
        {
            BuildEngine = _engine,
            ProjectFile = Path.Combine(_folder.Path, "Model.csproj"),
            SnapshotDirectory = Snapshots,
            StateDirectory = State,
            Mode = "compare",
            Policy = "exact",
            Plans = [new TaskItem(PlanFilePath)],
            Models = [new TaskItem("digits")],
        };
        Assert.False(task.Execute());
    }
}
