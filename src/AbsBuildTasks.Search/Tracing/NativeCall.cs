namespace AbsBuildTasks.Search.Tracing;

/// <summary>One of the calls that a run of a network makes by itself.</summary>
/// <param name="Function">The native function, by its own name: one that works in place has an underscore at its end.</param>
/// <param name="Number">Which of the calls of that function, from 0.</param>
/// <param name="Result">Which of its results is meant, from 0; or a place within it.</param>
internal sealed record NativeCall(string Function, int Number, int Result = 0);
