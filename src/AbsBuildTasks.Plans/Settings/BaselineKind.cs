namespace AbsBuildTasks.Plans.Settings;

/// <summary>What the full-precision network that a plan is compared with has learned.</summary>
public enum BaselineKind
{
    /// <summary>
    /// As many steps as the compressed network: it goes on training, and the better of its metrics before and after counts.
    /// </summary>
    EqualSteps,

    /// <summary>Fewer steps than the compressed network: only what full-precision training, or the starting weights, gave.</summary>
    AsTrained,
}
