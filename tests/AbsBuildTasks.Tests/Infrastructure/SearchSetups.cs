using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Infrastructure;

/// <summary>What searches of a project in a folder have in common, whose worker is another program.</summary>
internal static class SearchSetups
{
    /// <summary>Of a project in a folder.</summary>
    /// <param name="folder">The folder; the project's state is in its <c>obj</c>.</param>
    /// <param name="host">What is started in place of <c>dotnet</c>.</param>
    public static SearchSetup In(TemporaryFolder folder, string host) => new()
    {
        Host = host,
        WorkerAssembly = "worker.dll",
        AssemblyFile = "model.dll",
        DepsFile = "model.deps.json",
        ProbingPaths = [],
        ProjectDirectory = folder.Path,
        Device = "cpu",
        StateDirectory = folder.File("obj"),
        NativeDirectory = folder.File("native"),
        StageDirectory = folder.File("stages"),
        Events = new(),
    };
}
