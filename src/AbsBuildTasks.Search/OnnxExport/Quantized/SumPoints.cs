using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>Finds the values that runtimes need quantised, beside what the plan quantises, to run all convolutions and products on integers.</summary>
/// <remarks>
/// A convolution runs on integers where its result is quantised, a sum or concatenation where all it takes and its result are,
/// a product of two values where both are. What comes out of the network stays as it is.
/// </remarks>
/// <param name="graph">The graph, whose layers' inputs are quantised already.</param>
internal sealed class SumPoints(ExportGraph graph)
{
    private readonly HashSet<string> _quantized = new(StringComparer.Ordinal);
    private readonly List<SumPoint> _points = [];

    /// <summary>Finds them.</summary>
    /// <param name="layers">The results of layers whose weights and inputs the plan quantises.</param>
    /// <returns>Each after those it depends on.</returns>
    public IReadOnlyList<SumPoint> Find(IReadOnlySet<string> layers)
    {
        foreach (var node in graph.Nodes)
        {
            if (node.OpType == "DequantizeLinear")
            {
                _ = _quantized.Add(node.Outputs[0]);
            }
            else if (graph.IsProduct(node))
            {
                foreach (var side in node.Inputs.Distinct().Where(side => !_quantized.Contains(side)).ToArray())
                {
                    Add(side);
                }
            }
            else if (node.OpType == "Conv" ? layers.Contains(node.Outputs[0]) : node.OpType is "Add" or "Concat" && node.Inputs.All(_quantized.Contains))
            {
                Add(Clipped(node.Outputs[0]));
            }
        }

        return _points;
    }

    private void Add(string value)
    {
        var readers = Readers(value).ToArray();
        if (graph.Outputs.Contains(value) || readers is [{ OpType: "QuantizeLinear" }])
        {
            return;
        }

        _ = _quantized.Add(value);
        _points.Add(new SumPoint(value, [.. readers.SelectMany(Grids).Distinct()]));
    }

    /// <summary>The value behind clips: those that do not fuse get a second quantiser in front of them; see <see cref="InputQuantizing.QuantizeInFrontOfClips"/>.</summary>
    private string Clipped(string value)
    {
        while (graph.Uses(value) == 1 && Readers(value).FirstOrDefault() is { OpType: "Relu" or "Clip" } clip)
        {
            value = clip.Outputs[0];
        }

        return value;
    }

    /// <summary>The levels on which the plan's quantisers behind a node put the value.</summary>
    private IEnumerable<LevelGrid> Grids(OnnxNode reader) => reader.OpType switch
    {
        "QuantizeLinear" => [LevelGrid.Bytes(TensorBytes.Floats(graph.Constants[reader.Inputs[1]])[0], graph.Constants[reader.Inputs[2]].Data.Span[0])],
        "Concat" or "MaxPool" or "Flatten" or "Reshape" => Readers(reader.Outputs[0]).Where(next => next.OpType == "QuantizeLinear").SelectMany(Grids),
        _ => [],
    };

    private IEnumerable<OnnxNode> Readers(string value) => graph.Nodes.Where(node => node.Inputs.Contains(value));
}
