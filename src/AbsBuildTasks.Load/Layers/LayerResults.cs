namespace AbsBuildTasks.Search.Layers;

/// <summary>What a module's results have of one of its weights.</summary>
internal enum LayerResults
{
    /// <summary>The first result holds a channel for each filter.</summary>
    Filters,

    /// <summary>All results depend on all of it, in a way that nobody sees, or as <see cref="LayerKind.ResultsOf"/> tells.</summary>
    Whole,

    /// <summary>As with <see cref="Whole"/>, but the module has another weight that its results are followed by.</summary>
    Unseen,
}
