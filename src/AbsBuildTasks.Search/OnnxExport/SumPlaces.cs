using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport;

/// <summary>Finds the calls of a network that give the values which its file has quantised beside what the plan quantises.</summary>
/// <param name="traced">The network.</param>
internal sealed class SumPlaces(TracedGraph traced)
{
    // What it gave, no gradient needs.
    private const string AddInPlace = "THSTensor_add_";
    private const string ReluInPlace = "THSTensor_relu_";

    /// <summary>The calls.</summary>
    /// <param name="compressed">The network as its plan leaves it.</param>
    /// <returns>One for each of its points; null where one of them comes out of no call, as what most functions of several operators compute within.</returns>
    public IReadOnlyList<NativeCall>? Of(CompressedGraph compressed)
    {
        NativeCall?[] calls = [.. compressed.Points.Select(point => compressed.Graph.Traced.TryGetValue(point.Value, out var id) ? CallOf(id) : Within(compressed.Graph, point.Value))];
        return Array.TrueForAll(calls, call => call is not null && traced.Calls.ContainsKey(call.Function)) && calls.Distinct().Count() == calls.Length ? [.. calls.OfType<NativeCall>()] : null;
    }

    private NativeCall? CallOf(int id)
    {
        var maker = traced.Nodes.FirstOrDefault(node => node.Results.Contains(id));
        return maker is not { Call: { } call } ? null
            : NativeFunction.Of(call.Function) is { ReturnsArray: true } ? call with { Result = maker.Results.ToList().IndexOf(id) }
            : maker.Results.Count > 1 ? null
            : call.Function == AddInPlace ? call
            : call.Function == ReluInPlace ? Above(maker)
            : NativeFunction.Of(call.Function) is { ReturnsHandle: true, IsInPlace: false } ? call
            : null;
    }

    /// <summary>The place of a value within attention; null for another value.</summary>
    private static NativeCall? Within(ExportGraph graph, string value) =>
        graph.Nodes.Find(node => node.Outputs.Contains(value)) is { } maker && graph.Calls.GetValueOrDefault(maker.Name)?.Call is { Function: RoundedAttention.Function } call && RoundedAttention.PlaceOf(maker.OpType) is { } place
            ? call with { Result = place }
            : null;

    /// <summary>The call in front of a ReLU in place, whose result its gradient needs: zero is a level, so rounding there gives the same.</summary>
    private NativeCall? Above(TracedNode relu) => relu.Arguments[0] is ValueOperand { Id: var id } && Uses(id) == 1 ? CallOf(id) : null;

    private int Uses(int id) => traced.Nodes.Sum(node => node.Arguments.Sum(argument => argument switch
    {
        ValueOperand value => value.Id == id ? 1 : 0,
        Operand?[] values => values.Count(value => value is ValueOperand { Id: var other } && other == id),
        _ => 0,
    }));
}
