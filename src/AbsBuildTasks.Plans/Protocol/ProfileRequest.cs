namespace AbsBuildTasks.Plans.Protocol;

/// <summary>What a build asks of a worker process that measures how long a network's layers take; the path of its file follows <see cref="Verb"/>.</summary>
internal sealed record ProfileRequest
{
    /// <summary>The worker's first argument.</summary>
    public const string Verb = "profile";

    /// <summary>The version of this form; tasks and worker come from one package, so any other is a defect.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The most threads; no machine has more.</summary>
    public const int MostThreads = 4096;

    /// <summary>The most examples in a run.</summary>
    public const int MostExamples = 65536;

    /// <summary>The version this request was written in.</summary>
    public required int Version { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Full path of the model project's compiled assembly.</summary>
    public required string AssemblyFile { get; init; }

    /// <summary>Full name of the type that implements the contract; null where the assembly has just one.</summary>
    public string? TypeName { get; init; }

    /// <summary>Full path of the model project's folder, which data paths are relative to.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary>Full paths of the files the fingerprint covers: the only ones the model may read.</summary>
    public required IReadOnlyList<string> DataFiles { get; init; }

    /// <summary>Threads that run each layer, from 1 to <see cref="MostThreads"/>.</summary>
    public required int Threads { get; init; }

    /// <summary>Examples in a run, from 1 to <see cref="MostExamples"/>.</summary>
    public required int Batch { get; init; }

    /// <summary>The multiple of input channels that the target's convolutions on integers take at a time, from 1.</summary>
    public required int InputMultiple { get; init; }

    /// <summary>Full path of the table to write; its folder exists.</summary>
    public required string OutputFile { get; init; }

    /// <summary>Full path of a folder for patched copies of native libraries.</summary>
    public required string NativeDirectory { get; init; }
}
