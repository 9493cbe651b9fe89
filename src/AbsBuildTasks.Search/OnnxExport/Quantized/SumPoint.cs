namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>A value that runtimes need quantised where the plan does not quantise it.</summary>
/// <param name="Value">Its name in the graph.</param>
/// <param name="Readers">The bytes' levels on which the plan puts it further on.</param>
internal sealed record SumPoint(string Value, IReadOnlyList<LevelGrid> Readers);
