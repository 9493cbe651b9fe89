namespace AbsBuildTasks.Plans.Latency;

/// <summary>How long a delivered ONNX file takes, beside the same network in floating point with nothing pruned. Lies beside the file, as <c>&lt;model&gt;.timing.json</c>.</summary>
/// <remarks>Another run gives other numbers: it is no part of plans, fingerprints or caches.</remarks>
internal sealed record FileTiming
{
    /// <summary>The version of this form.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>What follows a model's name in the name of the file.</summary>
    public const string Suffix = ".timing.json";

    // Chance moves the ratio of two medians by less, on a machine that does other things, too.
    private const double Noticeable = 1.05;

    /// <summary>The processor that ran the files.</summary>
    public required string Machine { get; init; }

    /// <summary>The runtime and its version.</summary>
    public required string Runtime { get; init; }

    /// <summary>Threads that ran them.</summary>
    public required int Threads { get; init; }

    /// <summary>Examples in a run.</summary>
    public required int Batch { get; init; }

    /// <summary>Nanoseconds of the delivered file; at least one.</summary>
    public required long Nanoseconds { get; init; }

    /// <summary>Nanoseconds of the file in floating point with nothing pruned; at least one.</summary>
    public required long FloatNanoseconds { get; init; }

    /// <summary>Whether the delivered file is slower, by more than chance makes it.</summary>
    public bool IsSlower => Nanoseconds > FloatNanoseconds * Noticeable;
}
