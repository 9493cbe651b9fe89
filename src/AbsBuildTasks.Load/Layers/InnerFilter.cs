namespace AbsBuildTasks.Search.Layers;

/// <summary>A filter of one of a module's weights, as seen from inside the module.</summary>
/// <param name="Weight">The weight's name in the module.</param>
/// <param name="Filter">The filter.</param>
internal readonly record struct InnerFilter(string Weight, int Filter);
