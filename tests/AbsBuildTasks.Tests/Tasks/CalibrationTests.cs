using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Infrastructure;

namespace AbsBuildTasks.Tests.Tasks;

public sealed class CalibrationTests
{
    [Fact]
    public void Noise_is_not_to_be_measured_where_nothing_is_searched()
    {
        using var folder = new TemporaryFolder();
        var engine = new RecordingTask();
        using var task = new AbsSearch
        {
            BuildEngine = engine,
            ProjectFile = folder.File("Models.csproj"),
            SnapshotDirectory = folder.File("AbsPlans"),
            StateDirectory = folder.File("obj"),
            Mode = "locked",
            Calibrates = true,
        };

        Assert.False(task.Execute());

        var error = Assert.Single(engine.Errors);
        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
        Assert.Contains("-p:AbsSearchMode=auto", error.Message, StringComparison.Ordinal);
    }
}
