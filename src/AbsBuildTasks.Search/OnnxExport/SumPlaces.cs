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
    private const string Einsum = "THSTensor_einsum";

    /// <summary>The calls.</summary>
    /// <param name="compressed">The network as its plan leaves it.</param>
    /// <returns>One for each of its points; null where one of them comes out of no call, as what most functions of several operators compute within.</returns>
    public IReadOnlyList<NativeCall>? Of(CompressedGraph compressed)
    {
        NativeCall?[] calls = [.. compressed.Points.Select(point => IdOf(compressed.Graph, point.Value) is { } id ? CallOf(id) : Within(compressed.Graph, point.Value))];
        return Array.TrueForAll(calls, call => call is not null && traced.Calls.ContainsKey(call.Function)) && calls.Distinct().Count() == calls.Length ? [.. calls.OfType<NativeCall>()] : null;
    }

    /// <summary>Whether the call of a point gives what goes into a ReLU in place, so that what is negative there counts as zero.</summary>
    /// <param name="compressed">The network as its plan leaves it.</param>
    /// <param name="point">The number of the point.</param>
    public bool IsInFrontOfRelu(CompressedGraph compressed, int point) => IdOf(compressed.Graph, compressed.Points[point].Value) is { } id && MakerOf(id)?.Call?.Function == ReluInPlace;

    /// <summary>The function that works in place in a way that no rounding can follow, and gives one of the points; null where there is none.</summary>
    /// <param name="compressed">The network as its plan leaves it.</param>
    public string? InPlace(CompressedGraph compressed) => compressed.Points
        .Select(point => IdOf(compressed.Graph, point.Value) is { } id && CallOf(id) is null ? MakerOf(id)?.Call?.Function : null)
        .FirstOrDefault(function => function is not (null or ReluInPlace or AddInPlace) && NativeFunction.Of(function).IsInPlace) is { } found ? TraceRefusal.Shown(found) : null;

    /// <summary>The traced value of a point; where the file only reorders one for it, that one, as rounding before gives the same.</summary>
    private static int? IdOf(ExportGraph graph, string value) =>
        graph.Traced.TryGetValue(value, out var id) ? id
        : graph.Nodes.Find(node => node.Outputs.Contains(value)) is { OpType: "Transpose" } order && graph.Calls.GetValueOrDefault(order.Name)?.Function.Name == Einsum
            && graph.Uses(order.Inputs[0]) == 1 && graph.Traced.TryGetValue(order.Inputs[0], out id) ? id
        : null;

    private TracedNode? MakerOf(int id) => traced.Nodes.FirstOrDefault(node => node.Results.Contains(id));

    private NativeCall? CallOf(int id)
    {
        var maker = MakerOf(id);
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
