using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>What a build asks of the worker process; written to a JSON file whose path is the worker's only argument.</summary>
internal sealed record SearchRequest
{
    /// <summary>The version of this form; tasks and worker come from one package, so any other is a defect.</summary>
    public const int CurrentVersion = 2;

    /// <summary>The version this request was written in.</summary>
    public required int Version { get; init; }

    /// <summary>The model's name, the item's <c>Include</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Full path of the model project's compiled assembly.</summary>
    public required string AssemblyFile { get; init; }

    /// <summary>Full name of the type that implements the contract; null where the assembly has just one.</summary>
    public string? TypeName { get; init; }

    /// <summary>Full path of the model project's folder, which data paths are relative to.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary>Full paths of the files the fingerprint covers: the only ones the model may read.</summary>
    public required IReadOnlyList<string> DataFiles { get; init; }

    /// <summary>Full path of the starting weights, or null to train from scratch.</summary>
    public string? StartingWeights { get; init; }

    /// <summary>Full path of delivered weights that the network starts from, or null.</summary>
    public string? WarmStart { get; init; }

    /// <summary>SHA-256 of that file's content, by which it is in the fingerprint; null where there is none.</summary>
    public string? WarmStartHash { get; init; }

    /// <summary>The whole text of the latency table; null where latency is no cost.</summary>
    public string? LatencyTable { get; init; }

    /// <summary>The fingerprint of everything the plan depends on; copied into the plan.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>How to search.</summary>
    public required SearchSettings Settings { get; init; }

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Full path of an existing folder that receives the plan, the weights and the run record.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>Full path of a folder in which this search, and no other, keeps its state in case it is interrupted; null to keep nothing.</summary>
    public string? CheckpointDirectory { get; init; }

    /// <summary>Full path of a folder for what stages come to, for further searches; null to keep nothing.</summary>
    public string? StageDirectory { get; init; }

    /// <summary>A hash of what full-precision training depends on; null to keep nothing.</summary>
    public string? TrainingKey { get; init; }

    /// <summary>The same of what plans are compared with.</summary>
    public string? BaselineKey { get; init; }

    /// <summary>The same of the search up to fine-tuning.</summary>
    public string? SearchKey { get; init; }

    /// <summary>The title of the first stage that runs even where an earlier search has kept what it comes to, as all after it do; null for none.</summary>
    public string? Afresh { get; init; }

    /// <summary>Seconds after which the search's training ends; null for no limit.</summary>
    public double? StopAfterSeconds { get; init; }

    /// <summary>Full path of a plan of this fingerprint whose decisions are taken; null to search for them.</summary>
    public string? LockFile { get; init; }

    /// <summary>Full path of a folder for patched copies of native libraries.</summary>
    public required string NativeDirectory { get; init; }
}
