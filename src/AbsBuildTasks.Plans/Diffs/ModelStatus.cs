namespace AbsBuildTasks.Plans.Diffs;

/// <summary>What became of a model between two sets of plans.</summary>
internal enum ModelStatus
{
    /// <summary>Its plan is not another, though it may have been searched again.</summary>
    Unchanged,

    /// <summary>Its plan is another.</summary>
    Changed,

    /// <summary>It has a plan only after.</summary>
    Added,

    /// <summary>It has a plan only before.</summary>
    Removed,
}
