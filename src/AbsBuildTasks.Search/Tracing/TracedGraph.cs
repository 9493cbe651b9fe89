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

    /// <summary>How often a run calls each native function in all, also on values that do not depend on the input; without those whose number depends on the batch.</summary>
    public required IReadOnlyDictionary<string, int> Calls { get; init; }
}

/// <summary>One call.</summary>
/// <param name="Function">The native function.</param>
/// <param name="Call">Which of a run's calls it is; null where that depends on the batch.</param>
/// <param name="Arguments">As in <see cref="TraceEvent"/>, but whole numbers are <see cref="Extent"/>s.</param>
/// <param name="Results">The numbers of the values it makes.</param>
/// <param name="Place">Who called it.</param>
/// <param name="Module">As in <see cref="TraceEvent"/>.</param>
internal sealed record TracedNode(NativeFunction Function, NativeCall? Call, IReadOnlyList<object?> Arguments, IReadOnlyList<int> Results, CodePlace Place, string Module)
{
    /// <summary>An argument by its parameter's name in TorchSharp's sources; null where it has none of that name.</summary>
    public object? this[string parameter] => Function.Parameters.Select(known => known.Name).ToList().IndexOf(parameter) is >= 0 and var at ? Arguments[at] : null;
}

/// <summary>A value that depends on the input.</summary>
/// <param name="Type">What its elements are.</param>
/// <param name="Shape">Its shape.</param>
internal sealed record TracedValue(ScalarType Type, IReadOnlyList<Extent> Shape);
