namespace AbsBuildTasks.Cake.Targets;

/// <summary>How data files count in fingerprints.</summary>
public enum AbsDataFingerprint
{
    /// <summary>By content, up to the limit of a model's files; by manifest beyond.</summary>
    Auto,

    /// <summary>By content.</summary>
    Content,

    /// <summary>By name, length and time.</summary>
    Manifest,
}
