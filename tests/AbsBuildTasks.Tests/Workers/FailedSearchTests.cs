using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Fingerprints.Code;
using AbsBuildTasks.Tests.Infrastructure;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Workers;

public sealed class FailedSearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Compiled _compiled = new();
    private readonly RecordingTask _engine = new();

    private string State => Path.Combine(_folder.Path, "obj");

    private string Hashes => Path.Combine(State, "hashes.tsv");

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

    [UnixFact]
    public void What_was_read_is_remembered_before_a_search_that_may_be_killed()
    {
        // Looks at what a kill would leave while the search runs.
        var seen = Path.Combine(_folder.Path, "seen");
        Search(_folder.WriteProgram("host", $"cat '{Hashes}' '{State}/code.tsv' > '{seen}'"));

        var left = File.ReadAllText(seen);
        Assert.Contains("data.csv", left, StringComparison.Ordinal);
        Assert.EndsWith(File.ReadAllText(Path.Combine(State, "code.tsv")), left, StringComparison.Ordinal);
    }

    private void Search(string host = "/nowhere/dotnet")
    {
        var assembly = _compiled.Library("Model", "public class Model;");
        File.SetLastWriteTimeUtc(assembly, DateTime.UtcNow.AddMinutes(-1));
        File.SetLastWriteTimeUtc(_folder.Write("data.csv", "1,2"), DateTime.UtcNow.AddMinutes(-1));
        using var task = new AbsSearch
        {
            BuildEngine = _engine,
            ProjectFile = Path.Combine(_folder.Path, "Models.csproj"),
            SnapshotDirectory = Path.Combine(_folder.Path, "AbsPlans"),
            StateDirectory = State,
            CacheDirectory = Path.Combine(_folder.Path, "cache"),
            AssemblyFile = assembly,
            DepsFile = _folder.Write("x.deps.json", """{ "libraries": {} }"""),
            Host = host,
            WorkerAssembly = "worker.dll",
            Models = [new TaskItem("digits", new Dictionary<string, string> { ["Budget"] = "bops=5%", ["DataFiles"] = "data.csv" })],
        };

        Assert.False(task.Execute());
    }
}
