using AbsBuildTasks.Models;
using AbsBuildTasks.Tests.Infrastructure;
using AbsBuildTasks.Workers;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Workers;

public sealed class JobNeedsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Whichever of them a machine lacks is named by the job before it begins (JobScriptTests, QueuedWorkerTests).</summary>
    [Fact]
    public void A_job_looks_for_dotnet_the_project_its_packages_and_its_data()
    {
        var deps = _folder.Write("P/bin/P.deps.json", """
            {"libraries": {
              "P/1.0.0": {"type": "project"},
              "TorchSharp/0.106.0": {"type": "package"},
              "Else/2.0.0": {"type": "package"},
              "TorchSharp-cpu/0.106.0": {"type": "package"}
            }}
            """);
        _folder.Write("packages/torchsharp/0.106.0/lib.dll");
        _folder.Write("packages/torchsharp-cpu/0.106.0/lib.dll");
        _folder.Write("more/else/2.0.0/lib.dll");
        var data = _folder.Write("P/data/digits.csv");
        var model = ModelItem.ReadAll([new TaskItem("digits", new Dictionary<string, string> { ["Budget"] = "bops=3%", ["DataFiles"] = "data/*.csv" })], _folder.File("P"), []).Single();

        var needs = JobNeeds.Of(
            SearchSetups.In(_folder, "/sdk/dotnet") with
            {
                WorkerAssembly = "/packages/worker.dll",
                AssemblyFile = "/P/bin/P.dll",
                DepsFile = deps,
                ProbingPaths = [_folder.File("packages"), _folder.File("more")],
                ProjectDirectory = _folder.File("P"),
            },
            model);

        Assert.Equal(
            ["/sdk/dotnet", _folder.File("P"), "/P/bin/P.dll", deps, "/packages/worker.dll", _folder.File("packages/torchsharp/0.106.0"), _folder.File("more/else/2.0.0"), data],
            needs);
    }
}
