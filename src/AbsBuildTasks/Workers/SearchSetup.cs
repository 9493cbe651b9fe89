namespace AbsBuildTasks.Workers;

/// <summary>What the searches of a project have in common.</summary>
internal sealed record SearchSetup
{
    /// <summary>The <c>dotnet</c> program.</summary>
    public required string Host { get; init; }

    /// <summary>Full path of the worker's assembly.</summary>
    public required string WorkerAssembly { get; init; }

    /// <summary>Full path of the model assembly.</summary>
    public required string AssemblyFile { get; init; }

    /// <summary>Full path of the model assembly's <c>.deps.json</c>.</summary>
    public required string DepsFile { get; init; }

    /// <summary>The folders that packages are in.</summary>
    public required IReadOnlyList<string> ProbingPaths { get; init; }

    /// <summary>Full path of the project's folder.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary>Where searches run.</summary>
    public required string Device { get; init; }

    /// <summary>What runs searches elsewhere; null where they run here. Exports and timings run here in any case.</summary>
    public Launcher? Launcher { get; init; }

    /// <summary>Full path of a folder for adapted native libraries.</summary>
    public required string NativeDirectory { get; init; }

    /// <summary>Full path of a folder for the models' full-precision trainings.</summary>
    public required string TrainingDirectory { get; init; }

    /// <summary>Where programs that watch the build follow its searches.</summary>
    public required EventsFile Events { get; init; }
}
