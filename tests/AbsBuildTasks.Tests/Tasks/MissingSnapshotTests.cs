using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Infrastructure;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Tasks;

/// <summary>What a build says of a plan that nobody has accepted yet.</summary>
public sealed class MissingSnapshotTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingTask _engine = new();

    private string Project => Path.Combine(_folder.Path, "Model.csproj");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_says_how_to_look_at_the_plan_how_to_accept_it_and_what_to_commit()
    {
        Assert.Equal(
            "Plan 'digits' has no snapshot yet (this one is AbsPlans/digits.plan.received.json); look at it with: dotnet build Model.csproj -t:AbsReport, accept it with: dotnet build Model.csproj -t:AbsAcceptPlans, and commit AbsPlans/digits.plan.verified.json.",
            Message("verify"));
        Assert.True(File.Exists(_folder.File("AbsPlans/digits.plan.received.json")));
    }

    [Fact]
    public void A_build_that_writes_nothing_names_no_file_that_it_has_not_written()
    {
        Assert.Equal(
            "Plan 'digits' has no snapshot yet; look at it with: dotnet build Model.csproj -t:AbsReport, accept it with: dotnet build Model.csproj -t:AbsAcceptPlans, and commit AbsPlans/digits.plan.verified.json.",
            Message("compare"));
        Assert.False(Directory.Exists(_folder.File("AbsPlans")));
    }

    /// <summary>The error of a build, with the paths from the project's folder on.</summary>
    private string Message(string mode)
    {
        var plan = _folder.File("obj/digits.plan.json");
        PlanFile.Write(plan, SamplePlan.Digits);
        var task = new AbsVerifyPlans
        {
            BuildEngine = _engine,
            ProjectFile = Project,
            SnapshotDirectory = _folder.File("AbsPlans"),
            StateDirectory = _folder.File("obj"),
            StartDirectory = _folder.Path,
            Mode = mode,
            Policy = "exact",
            ReportMode = "off",
            OutputDirectory = Path.Combine("bin", "abs"),
            Plans = [new TaskItem(plan)],
            Models = [new TaskItem("digits")],
        };
        Assert.False(task.Execute());
        var error = Assert.Single(_engine.Errors);
        Assert.Equal(("ABS4002", Project), (error.Code, error.File));
        return error.Message!.Replace(_folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
    }
}
