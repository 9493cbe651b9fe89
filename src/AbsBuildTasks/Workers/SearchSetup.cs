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

    /// <summary>Where searches run. Exports and timings run here in any case.</summary>
    public Executor Executor { get; init; } = new();

    /// <summary>Which searches run at the same time.</summary>
    public SideBySide Together { get; init; } = new(1);

    /// <summary>After which time the training of a search ends; null for no limit.</summary>
    public TimeSpan? StopAfter { get; init; }

    /// <summary>Full path of the project's folder in <c>obj</c>.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Full path of a folder for adapted native libraries.</summary>
    public required string NativeDirectory { get; init; }

    /// <summary>Full path of a folder for what stages of searches come to.</summary>
    public required string StageDirectory { get; init; }

    /// <summary>Full path of a model's folder in it.</summary>
    public string StagesOf(string model) => Path.Combine(StageDirectory, model);

    /// <summary>Whether the terminal's title shows how far a search is: <c>auto</c> or <c>off</c>.</summary>
    public string TerminalTitle { get; init; } = "off";

    /// <summary>Full path of the folder that receives the searches' curves for TensorBoard; null for none.</summary>
    public string? TensorBoardDirectory { get; init; }

    /// <summary>Where programs that watch the build follow its searches.</summary>
    public required EventsFile Events { get; init; }
}
