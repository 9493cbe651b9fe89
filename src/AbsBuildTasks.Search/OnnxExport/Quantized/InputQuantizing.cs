using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;

namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>Quantises the inputs of layers as a plan says, and other values.</summary>
/// <param name="graph">The graph.</param>
/// <param name="fuses">The operators that the runtime makes part of quantisers.</param>
/// <remarks>
/// Runtimes run a layer on integers where it stands between DequantizeLinear and QuantizeLinear. So a quantiser goes as far up
/// as it gives the same: above poolings that take maxima and changes of shape, and clipping by a ReLU becomes a clip of integers.
/// Inputs are unsigned bytes also where levels are negative: runtimes have no kernel for both in one network.
/// A clip that the runtime does not make part of the layer stays. A second quantiser on the same levels then stands between the
/// two. It changes nothing: whether a value is rounded or clipped first, it comes out the same.
/// </remarks>
internal sealed class InputQuantizing(ExportGraph graph, IReadOnlyCollection<string> fuses)
{
    private readonly Dictionary<(string Value, LevelGrid Grid), string> _made = [];

    /// <summary>Quantises the first input of a layer.</summary>
    /// <param name="layer">The layer's output, by which it is found.</param>
    /// <param name="grid">The levels.</param>
    public void Quantize(string layer, LevelGrid grid)
    {
        var at = graph.Nodes.FindIndex(node => node.Outputs[0] == layer);
        var input = graph.Nodes[at].Inputs[0];
        if (!_made.TryGetValue((input, grid), out var quantized))
        {
            _made[(input, grid)] = quantized = grid.FitsByte ? Integers(input, grid) : Floats(input, grid);
            at = graph.Nodes.FindIndex(node => node.Outputs[0] == layer);
        }

        graph.Nodes[at] = graph.Nodes[at].With([quantized, .. graph.Nodes[at].Inputs.Skip(1)]);
    }

    /// <summary>Quantises a value for all that take it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="grid">The levels, which a byte holds.</param>
    public void QuantizeValue(string value, LevelGrid grid)
    {
        // Who takes it now is to take what comes of it; not what is put in.
        var pending = graph.Name(value + ".quantized");
        Redirect(value, pending);
        var quantized = Integers(value, grid);
        Redirect(pending, quantized);

        // A quantiser of the plan on the same levels has nothing left to do.
        var bytes = graph.Nodes.Find(node => node.Outputs[0] == quantized)!;
        foreach (var same in graph.Nodes.Where(node => node.OpType == "QuantizeLinear" && node.Inputs[0] == quantized && node.Inputs.Skip(1).SequenceEqual(bytes.Inputs.Skip(1))).ToArray())
        {
            _ = graph.Nodes.Remove(same);
            Redirect(same.Outputs[0], bytes.Inputs[0]);
        }
    }

    private void Redirect(string from, string to)
    {
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            if (graph.Nodes[i].Inputs.Contains(from))
            {
                graph.Nodes[i] = graph.Nodes[i].With([.. graph.Nodes[i].Inputs.Select(input => input == from ? to : input)]);
            }
        }
    }

    private string Integers(string input, LevelGrid grid)
    {
        var (zero, low, high) = (grid.ZeroPoint, grid.Low + grid.ZeroPoint, grid.High + grid.ZeroPoint);
        var (source, moved) = Above(input, grid, ref low, ref high);
        var at = After(source);
        var (scale, zeroPoint) = (graph.Constant(OnnxTensor.Of("input_scale", [], [grid.Scale])), graph.Scalar(zero, OnnxType.UInt8));
        var value = Insert(ref at, "QuantizeLinear", [source, scale, zeroPoint]);
        if (low > 0 || high < byte.MaxValue)
        {
            value = Insert(ref at, "Clip", [value, graph.Scalar(low, OnnxType.UInt8), graph.Scalar(high, OnnxType.UInt8)]);
        }

        foreach (var node in moved)
        {
            // What was moved over stays where it is, on integers now.
            at = graph.Nodes.IndexOf(node) + 1;
            graph.Nodes[at - 1] = node.With([value, .. node.Inputs.Skip(1)]);
            value = node.Outputs[0];
        }

        return Insert(ref at, "DequantizeLinear", [value, scale, zeroPoint]);
    }

    /// <summary>The highest value that can be quantised in the place of another, and the nodes between that stay.</summary>
    private (string Source, List<OnnxNode> Moved) Above(string input, LevelGrid grid, ref int low, ref int high)
    {
        var (source, moved) = (input, new List<OnnxNode>());
        while (graph.Uses(source) <= 1 && Maker(source) is { } maker)
        {
            if (maker.OpType is "MaxPool" or "Flatten" or "Reshape")
            {
                moved.Insert(0, maker);
            }
            else if (fuses.Contains(maker.OpType) && Limits(maker) is { } limits)
            {
                low = Math.Max(low, Level(limits.Low, grid));
                high = Math.Min(high, Level(limits.High, grid));
                _ = graph.Nodes.Remove(maker);
            }
            else
            {
                break;
            }

            source = maker.Inputs[0];
        }

        return (source, moved);
    }

    /// <summary>At last puts a second quantiser in front of each clip that does not fuse, where the layer in front can run on integers then.</summary>
    public void QuantizeInFrontOfClips()
    {
        foreach (var clip in graph.Nodes.Where(node => Limits(node) is not null && !fuses.Contains(node.OpType)).Reverse().ToArray())
        {
            if (Next(clip) is { OpType: "QuantizeLinear" } behind && Next(Maker(clip.Inputs[0])) is not null && CanRunOnIntegers(clip.Inputs[0]))
            {
                var quantized = Integers(clip.Inputs[0], LevelGrid.Bytes(TensorBytes.Floats(graph.Constants[behind.Inputs[1]])[0], graph.Constants[behind.Inputs[2]].Data.Span[0]));
                graph.Nodes[graph.Nodes.IndexOf(clip)] = clip.With([quantized, .. clip.Inputs.Skip(1)]);
            }
        }
    }

    private OnnxNode? Maker(string value) => graph.Nodes.Find(node => node.Outputs is [var only] && only == value);

    /// <summary>The only node that takes a node's result; null where there is none, or are several.</summary>
    private OnnxNode? Next(OnnxNode? node) => node is not null && graph.Uses(node.Outputs[0]) == 1 ? graph.Nodes.Find(next => next.Inputs.Contains(node.Outputs[0])) : null;

    /// <summary>Whether a value comes from what runs on integers if its result is quantised, through nothing but what leaves levels as they are.</summary>
    private bool CanRunOnIntegers(string value)
    {
        while (Maker(value) is { } maker)
        {
            if (graph.IsLayer(maker) || maker.OpType is "Add" or "Concat")
            {
                return true;
            }

            if (maker.OpType is not ("MaxPool" or "Flatten" or "Reshape") && Limits(maker) is null)
            {
                return false;
            }

            value = maker.Inputs[0];
        }

        return false;
    }

    /// <summary>The limits of a clip that quantising makes one of integers; null where it is none, or does not go around zero.</summary>
    private (float Low, float High)? Limits(OnnxNode node)
    {
        if (node.OpType == "Relu")
        {
            return (0, float.PositiveInfinity);
        }

        float[] limits = node.OpType == "Clip" ? [.. node.Inputs.Skip(1).Select(name => graph.Constants.TryGetValue(name, out var limit) && limit.Type == OnnxType.Float ? TensorBytes.Floats(limit)[0] : float.NaN)] : [];
        return limits is [<= 0, >= 0] ? (limits[0], limits[1]) : null;
    }

    private static int Level(float value, LevelGrid grid) => (int)Math.Clamp(MathF.Round(value / grid.Scale), grid.Low, grid.High) + grid.ZeroPoint;

    /// <summary>More levels than a byte has: rounded in floating point.</summary>
    private string Floats(string input, LevelGrid grid)
    {
        var (at, scale) = (After(input), graph.Scalar(grid.Scale, OnnxType.Float));
        var levels = Insert(ref at, "Round", [Insert(ref at, "Div", [input, scale])]);
        var clipped = Insert(ref at, "Clip", [levels, graph.Scalar(grid.Low, OnnxType.Float), graph.Scalar(grid.High, OnnxType.Float)]);
        return Insert(ref at, "Mul", [clipped, scale]);
    }

    private int After(string value) => graph.Nodes.FindIndex(node => node.Outputs.Contains(value)) + 1;

    private string Insert(ref int at, string operation, string[] inputs)
    {
        var result = graph.Name(operation);
        graph.Nodes.Insert(at++, new OnnxNode { Name = result, OpType = operation, Inputs = inputs, Outputs = [result] });
        return result;
    }
}
