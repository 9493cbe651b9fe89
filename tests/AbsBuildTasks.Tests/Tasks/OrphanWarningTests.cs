using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Infrastructure;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Tasks;

public sealed class OrphanWarningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public OrphanWarningTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "Models", "AbsPlans"));
        File.WriteAllText(Path.Combine(_folder.Path, "Models", "Models.csproj"), "");
        File.WriteAllText(Path.Combine(_folder.Path, "Models", "AbsPlans", "letters.plan.verified.json"), "");
        File.WriteAllText(Path.Combine(_folder.Path, "letters.plan.received.json"), "");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_snapshot_of_no_model_is_told_at_its_file()
    {
        var warning = Assert.Single(Warnings("AbsPlans").Warnings);

        Assert.Equal(("ABS4009", Path.Combine(_folder.Path, "Models", "AbsPlans", "letters.plan.verified.json")), (warning.Code, warning.File));
        Assert.Equal("No AbsModel item is named 'letters', whose snapshot this is; delete the file, or add the model again.", warning.Message);
        Assert.Empty(Warnings("AbsPlans", "letters").Warnings);
        Assert.Empty(Warnings("AbsPlans", mode: "off").Warnings);
    }

    [Fact]
    public void Folders_that_projects_may_share_are_left_alone()
    {
        Assert.Empty(Warnings("..").Warnings);

        File.WriteAllText(Path.Combine(_folder.Path, "Models", "Others.fsproj"), "");
        Assert.Empty(Warnings("AbsPlans").Warnings);
    }

    private RecordingTask Warnings(string directory, string? model = null, string mode = "verify")
    {
        var engine = new RecordingTask();
        var task = new AbsVerifyPlans
        {
            BuildEngine = engine,
            ProjectFile = Path.Combine(_folder.Path, "Models", "Models.csproj"),
            SnapshotDirectory = Path.Combine(_folder.Path, "Models", directory),
            StateDirectory = _folder.Path,
            Summary = "off",
            Mode = mode,
            Models = model is null ? [] : [new TaskItem(model)],
        };
        Assert.True(task.Execute());
        return engine;
    }
}
