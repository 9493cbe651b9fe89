namespace AbsBuildTasks.Plans.Settings;

/// <summary>What has a clipping interval, and so a scale, of its own in a layer's weight.</summary>
internal enum ScaleKind
{
    /// <summary>The whole layer.</summary>
    Layer,

    /// <summary>Each filter.</summary>
    Filter,
}
