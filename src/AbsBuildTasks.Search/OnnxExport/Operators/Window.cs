using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>The window of a pooling.</summary>
internal sealed class Window
{
    private readonly long[] _strides;
    private readonly long[] _ends;

    /// <summary>Reads it from a call.</summary>
    /// <param name="node">A pooling.</param>
    /// <param name="rank">How many dimensions the window has.</param>
    public Window(ExportNode node, int rank)
    {
        Size = Spread(node.Ints("kernelSize"), 1);
        _strides = node.Ints("strides") is { Length: > 0 } strides ? Spread(strides, 1) : Size;
        Padding = Spread(node.Ints("padding"), 0);
        Dilation = Spread(node.Function.StartsWith("max", StringComparison.Ordinal) ? node.Ints("dilation") : [], 1);
        var input = node.ShapeOf("input");
        if (input.Count != rank + 2)
        {
            throw node.Refuse("has an input without a batch dimension");
        }

        // The sizes are known, so padding at the end says what rounding up comes to.
        _ends = [.. Enumerable.Range(0, rank).Select(i => Math.Max(0, ((node.Fixed(node.ResultShape()[i + 2]) - 1) * _strides[i]) + (Dilation[i] * (Size[i] - 1)) + 1 - node.Fixed(input[i + 2]) - Padding[i]))];

        long[] Spread(long[] values, long otherwise) => values.Length == rank ? values : [.. Enumerable.Repeat(values.Length == 0 ? otherwise : values[0], rank)];
    }

    /// <summary>Its sides.</summary>
    public long[] Size { get; }

    /// <summary>Padding on each side, as torch is told.</summary>
    public long[] Padding { get; }

    /// <summary>Distances of what it takes.</summary>
    public long[] Dilation { get; }

    /// <summary>Whether the last window ends behind the padding.</summary>
    public bool ReachesOver => _ends.Zip(Padding).Any(pair => pair.First > pair.Second);

    /// <summary>Its size, strides and padding in ONNX.</summary>
    public OnnxAttribute[] Attributes() =>
    [
        new("kernel_shape", Size),
        new("strides", _strides),
        new("pads", [.. Padding, .. ReachesOver ? _ends.Zip(Padding, Math.Max) : Padding]),
    ];
}
