using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

/// <summary>Set-ups of searches whose worker is a script of a test.</summary>
internal static class SearchSetups
{
    /// <summary>A set-up of which a test says only what runs and where.</summary>
    /// <param name="host">The script that runs in the place of <c>dotnet</c>.</param>
    /// <param name="project">Full path of the project's folder.</param>
    /// <param name="state">Full path of the project's folder in <c>obj</c>.</param>
    public static SearchSetup Of(string host, string project, string state) => new()
    {
        Host = host,
        WorkerAssembly = "worker.dll",
        AssemblyFile = "model.dll",
        DepsFile = "model.deps.json",
        ProbingPaths = [],
        ProjectDirectory = project,
        Device = "cpu",
        StateDirectory = state,
        NativeDirectory = Path.Combine(state, "native"),
        StageDirectory = Path.Combine(state, "stages"),
        Events = new(),
    };
}
