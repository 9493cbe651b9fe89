namespace AbsBuildTasks.Search.Structure;

/// <summary>One filter of a network.</summary>
/// <param name="Layer">Index of the layer in call order.</param>
/// <param name="Filter">Index of the output filter in the layer.</param>
internal readonly record struct FilterIndex(int Layer, int Filter);
