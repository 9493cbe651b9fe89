namespace AbsBuildTasks.Cake.Targets;

/// <summary>How code counts in fingerprints.</summary>
public enum AbsFingerprintCode
{
    /// <summary>As an optimising compiler makes it: the same in every configuration.</summary>
    Optimized,

    /// <summary>As the build has compiled it.</summary>
    Built,
}
