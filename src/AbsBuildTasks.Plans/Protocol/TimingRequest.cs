namespace AbsBuildTasks.Plans.Protocol;

/// <summary>What a build asks of a worker process that measures two ONNX files; the path of its file follows <see cref="Verb"/>.</summary>
internal sealed record TimingRequest
{
    /// <summary>The worker's first argument.</summary>
    public const string Verb = "time";

    /// <summary>The version of this form; tasks and worker come from one package, so any other is a defect.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version this request was written in.</summary>
    public required int Version { get; init; }

    /// <summary>Full path of the delivered file.</summary>
    public required string File { get; init; }

    /// <summary>Full path of the file in floating point with nothing pruned.</summary>
    public required string FloatFile { get; init; }

    /// <summary>Full path of the file that receives the times; its folder exists.</summary>
    public required string OutputFile { get; init; }
}
