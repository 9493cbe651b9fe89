using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>The snapshot files of a model; named as Verify names them, so that its tools accept them.</summary>
internal sealed class SnapshotPaths
{
    /// <summary>The ending of accepted plans.</summary>
    public const string VerifiedEnding = ".plan.verified.json";

    /// <summary>The ending of plans that were not accepted.</summary>
    public const string ReceivedEnding = ".plan.received.json";

    /// <summary>Names the files of a model.</summary>
    /// <param name="directory">The folder of the snapshots.</param>
    /// <param name="model">The model's name.</param>
    /// <exception cref="AbsException">ABS1006: the name cannot be a file name.</exception>
    public SnapshotPaths(string directory, string model)
    {
        ModelName.Validate(model);
        Verified = Path.Combine(directory, model + VerifiedEnding);
        Received = Path.Combine(directory, model + ReceivedEnding);
    }

    /// <summary>The accepted plan, which is committed.</summary>
    public string Verified { get; }

    /// <summary>The plan of the last build that was not accepted; ignored by git.</summary>
    public string Received { get; }
}
