namespace AbsBuildTasks.Search.Tracing;

/// <summary>A call of a native function on values that depend on the input.</summary>
/// <param name="Function">The function; of one that works in place the one that does not.</param>
/// <param name="Call">Which of the run's calls it is.</param>
/// <param name="Arguments">
/// As the parameters stand: an <see cref="Operand"/>, its array, a number, its array, a truth value, a text, a
/// <see cref="TorchSharp.torch.nn.Module"/>, or null.
/// </param>
/// <param name="Results">The numbers of the values it makes.</param>
/// <param name="Place">Who called it.</param>
/// <param name="Module">The path of the module that it ran in, where that is known; else empty.</param>
internal sealed record TraceEvent(NativeFunction Function, NativeCall Call, IReadOnlyList<object?> Arguments, IReadOnlyList<int> Results, CodePlace Place, string Module);

/// <summary>What one run of a network did.</summary>
/// <param name="BatchSize">How many examples it was given.</param>
/// <param name="Events">Its native calls on values that depend on the input.</param>
/// <param name="Calls">How often it called each native function in all.</param>
/// <param name="Shapes">Types and shapes of those values, by number; the inputs come first.</param>
/// <param name="Outputs">The values that came out.</param>
internal sealed record Recording(int BatchSize, IReadOnlyList<TraceEvent> Events, IReadOnlyDictionary<string, int> Calls, IReadOnlyList<(TorchSharp.torch.ScalarType Type, long[] Shape)> Shapes, IReadOnlyList<int> Outputs);
