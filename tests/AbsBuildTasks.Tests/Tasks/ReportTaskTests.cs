using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.State;
using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Infrastructure;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Tasks;

public sealed class ReportTaskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingTask _engine = new();

    public ReportTaskTests() => Build(SamplePlan.Digits);

    private string Output => Path.Combine(_folder.Path, "bin", "abs");

    private string State => Path.Combine(_folder.Path, "obj", "abs");

    private string Snapshots => Path.Combine(_folder.Path, "AbsPlans");

    private string Page => Path.Combine(Output, "digits.plan.html");

    private string RefusedPage => Path.Combine(State, "reports", "digits.plan.html");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("off", true)]
    [InlineData("verify", false)]
    public void A_snapshot_with_the_marks_of_a_merge_is_read_only_where_snapshots_count(string mode, bool isWritten)
    {
        Deliver();
        _folder.Write("AbsPlans/digits.plan.verified.json", "<<<<<<< ours\n");

        Assert.Equal(isWritten, Report(mode: mode));

        Assert.Equal(isWritten, File.Exists(Page));
        Assert.Equal(isWritten ? [] : ["ABS4003"], _engine.Errors.Select(error => error.Code));
    }

    [Fact]
    public void The_page_of_a_refused_plan_does_not_lie_beside_the_plan_that_was_delivered()
    {
        Deliver();
        Assert.True(Report());
        var page = File.ReadAllText(Page);
        Build(SamplePlan.Digits with { Budget = "bops=7%" });

        Assert.True(Report());

        Assert.Equal(page, File.ReadAllText(Page));
        Assert.Contains("bops=7%", File.ReadAllText(RefusedPage), StringComparison.Ordinal);
        Assert.Contains($"abs: digits: report written to {RefusedPage}", _engine.Messages);

        Deliver();
        Assert.True(Report(isAskedFor: false));
        Assert.Contains("bops=7%", File.ReadAllText(Page), StringComparison.Ordinal);
        Assert.False(File.Exists(RefusedPage));
    }

    [Fact]
    public void The_page_of_a_plan_that_was_never_delivered_does_not_lie_in_the_output_folder_either()
    {
        Assert.True(Report());

        Assert.False(Directory.Exists(Output));
        Assert.True(File.Exists(RefusedPage));
    }

    [UnixFact]
    public void No_page_is_written_into_a_linked_folder()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_folder.Path, "outside")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(State, "reports"), outside);

        Assert.False(Report());

        Assert.Equal("ABS5031", Assert.Single(_engine.Errors).Code);
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [UnixFact]
    public void No_plan_is_copied_into_a_linked_folder()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_folder.Path, "outside")).FullName;
        var file = _folder.Write("digits.plan.json", "{}");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "bin"));
        Directory.CreateSymbolicLink(Output, outside);

        Assert.False(new AbsCopy { BuildEngine = _engine, ProjectFile = Path.Combine(_folder.Path, "p.csproj"), Files = [new TaskItem(file)], Folder = Output }.Execute());

        Assert.Equal("ABS5031", Assert.Single(_engine.Errors).Code);
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    /// <summary>Leaves a plan in <c>obj</c>, as a build does whatever becomes of it.</summary>
    private void Build(CompressionPlan plan)
    {
        var fingerprint = new FingerprintBuilder().Add("budget", plan.Budget).Build();
        var state = new ModelState(State, "digits");
        var folder = state.CreateTemporaryFolder();
        PlanFile.Write(Path.Combine(folder, "digits.plan.json"), plan with { Fingerprint = fingerprint.Hash });
        File.WriteAllText(Path.Combine(folder, "digits.run.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "digits.weights.zip"), "weights");
        state.Take(folder, fingerprint);
    }

    private void Deliver()
    {
        Directory.CreateDirectory(Output);
        File.Copy(new ModelState(State, "digits").CurrentPlanFile()!, Path.Combine(Output, "digits.plan.json"), overwrite: true);
    }

    private bool Report(string mode = "verify", bool isAskedFor = true) => new AbsReport
    {
        BuildEngine = _engine,
        ProjectFile = Path.Combine(_folder.Path, "Model.csproj"),
        Models = [new TaskItem("digits")],
        StateDirectory = State,
        SnapshotDirectory = Snapshots,
        SnapshotMode = mode,
        OutputDirectory = Path.Combine("bin", "abs"),
        IsAskedFor = isAskedFor,
    }.Execute();
}
