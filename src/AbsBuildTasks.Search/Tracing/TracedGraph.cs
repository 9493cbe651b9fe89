using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tracing;

/// <summary>What a network computes, as native functions on values, for any batch size.</summary>
/// <param name="Inputs">The values that go in: the first ones.</param>
/// <param name="Nodes">The calls, each after those whose values it takes.</param>
/// <param name="Values">All values, by number.</param>
/// <param name="Outputs">The numbers of the values that come out.</param>
internal sealed record TracedGraph(IReadOnlyList<int> Inputs, IReadOnlyList<TracedNode> Nodes, IReadOnlyList<TracedValue> Values, IReadOnlyList<int> Outputs)
{
    /// <summary>The names of the network's parameters and buffers, by handle.</summary>
    public required IReadOnlyDictionary<IntPtr, string> Names { get; init; }
}

/// <summary>One call.</summary>
/// <param name="Function">The native function.</param>
/// <param name="Arguments">As in <see cref="TraceEvent"/>, but whole numbers are <see cref="Extent"/>s.</param>
/// <param name="Results">The numbers of the values it makes.</param>
/// <param name="Place">Who called it.</param>
internal sealed record TracedNode(NativeFunction Function, IReadOnlyList<object?> Arguments, IReadOnlyList<int> Results, CodePlace Place);

/// <summary>A value that depends on the input.</summary>
/// <param name="Type">What its elements are.</param>
/// <param name="Shape">Its shape.</param>
internal sealed record TracedValue(ScalarType Type, IReadOnlyList<Extent> Shape);
