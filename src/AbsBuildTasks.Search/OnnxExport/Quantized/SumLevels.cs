namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>The levels of a value that the plan does not quantise.</summary>
/// <param name="Value">Its name in the graph.</param>
/// <param name="Grid">The levels, which a byte holds.</param>
internal sealed record SumLevels(string Value, LevelGrid Grid);
