using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Code;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests;

public sealed class FailedSearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Compiled _compiled = new();
    private readonly RecordingTask _engine = new();

    private string Hashes => Path.Combine(_folder.Path, "obj", "hashes.tsv");

    public void Dispose()
    {
        _folder.Dispose();
        _compiled.Dispose();
    }

    [Fact]
    public void What_was_read_for_a_search_that_failed_is_remembered()
    {
        Search();

        Assert.Contains("data.csv", File.ReadAllText(Hashes), StringComparison.Ordinal);
        Assert.Equal(AbsCodes.WorkerFailed, Assert.Single(_engine.Errors).Code);
    }

    [Fact]
    public void Where_that_cannot_be_remembered_either_the_search_is_the_error()
    {
        Directory.CreateDirectory(Hashes);

        Search();

        Assert.Equal(AbsCodes.WorkerFailed, Assert.Single(_engine.Errors).Code);
    }

    private void Search()
    {
        File.SetLastWriteTimeUtc(_folder.Write("data.csv", "1,2"), DateTime.UtcNow.AddMinutes(-1));
        using var task = new AbsSearch
        {
            BuildEngine = _engine,
            ProjectFile = Path.Combine(_folder.Path, "Models.csproj"),
            SnapshotDirectory = Path.Combine(_folder.Path, "AbsPlans"),
            StateDirectory = Path.Combine(_folder.Path, "obj"),
            CacheDirectory = Path.Combine(_folder.Path, "cache"),
            AssemblyFile = _compiled.Library("Model", "public class Model;"),
            DepsFile = _folder.Write("x.deps.json", """{ "libraries": {} }"""),
            Host = Path.Combine(_folder.Path, "nowhere", "dotnet"),
            WorkerAssembly = "worker.dll",
            Models = [new TaskItem("digits", new Dictionary<string, string> { ["Budget"] = "bops=5%", ["DataFiles"] = "data.csv" })],
        };

        Assert.False(task.Execute());
    }
}
