namespace AbsBuildTasks.Plans.Diffs;

/// <summary>Whether a change is wanted.</summary>
internal enum ChangeEffect
{
    /// <summary>Neither better nor worse in itself.</summary>
    Neutral,

    /// <summary>Cheaper, or more accurate.</summary>
    Better,

    /// <summary>Dearer, or less accurate.</summary>
    Worse,
}
