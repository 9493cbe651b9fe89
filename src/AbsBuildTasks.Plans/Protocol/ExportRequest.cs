using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>What a build asks of a worker process that writes a compressed network as ONNX; the path of its file follows <see cref="Verb"/>.</summary>
internal sealed record ExportRequest
{
    /// <summary>The worker's first argument: a search has none, and does not pay for what an export needs.</summary>
    public const string Verb = "export";

    /// <summary>The version of this form; tasks and worker come from one package, so any other is a defect.</summary>
    public const int CurrentVersion = 4;

    /// <summary>The version this request was written in.</summary>
    public required int Version { get; init; }

    /// <summary>Full path of the model project's compiled assembly.</summary>
    public required string AssemblyFile { get; init; }

    /// <summary>Full name of the type that implements the contract; null where the assembly has just one.</summary>
    public string? TypeName { get; init; }

    /// <summary>Full path of the model project's folder, which data paths are relative to.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary>Full paths of the files the fingerprint covers: the only ones the model may read.</summary>
    public required IReadOnlyList<string> DataFiles { get; init; }

    /// <summary>Full path of the compressed weights; null before there are any, where the only question is whether the network can be written.</summary>
    public string? WeightsFile { get; init; }

    /// <summary>Full path of the ONNX file to write; its folder exists, and gets the file's record, too. Null where there are no weights.</summary>
    public string? OutputFile { get; init; }

    /// <summary>Full path of a second file to write, the network in floating point with nothing pruned; null for none.</summary>
    public string? FloatFile { get; init; }

    /// <summary>The highest version of ONNX's operators that the file may need.</summary>
    public int HighestOpset { get; init; } = OnnxRecord.HighestOpset;

    /// <summary>Whether the file gets quantisers at sums, concatenations and means, which the plan does not have.</summary>
    public bool QuantizesSums { get; init; }

    /// <summary>The multiple of input channels that convolutions on integers take at a time; those of fewer get blocks of pixels.</summary>
    public int InputMultiple { get; init; } = 1;

    /// <summary>The operators behind layers on integers that the runtime makes part of them.</summary>
    public required IReadOnlyList<string> Fuses { get; init; }

    /// <summary>Full path of a folder for patched copies of native libraries.</summary>
    public required string NativeDirectory { get; init; }
}
