using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>Indexing: <c>x[…, 0, 1.., None]</c> comes to torch as one call whose starts say what each index is.</summary>
internal static class IndexRow
{
    // TorchSharp's codes in place of a start.
    private const long Null = long.MinValue;
    private const long Ellipsis = long.MinValue + 3;
    private const long None = long.MinValue + 4;
    private const long TensorIndex = long.MinValue + 5;
    private const long NoStart = long.MinValue + 6;
    private const long FirstSingle = (long.MinValue / 4) + 1;
    private const long SliceZero = long.MinValue / 2;

    /// <summary>Writes the call.</summary>
    public static void Write(ExportNode node)
    {
        var (starts, ends, steps) = (node.Ints("indexStarts"), node.Ints("indexEnds"), node.Ints("indexSteps"));
        var tensors = (Operand?[]?)node["indexTensors"] ?? [];
        if (starts.Count(start => start == TensorIndex) > 1 || starts.Any(start => start is > Null and < Ellipsis))
        {
            throw node.Refuse("indexes with several tensors or truth values");
        }

        var (value, dim) = (node.In("tensor"), 0L);
        for (var i = 0; i < starts.Length; i++)
        {
            switch (starts[i])
            {
                case Null or None:
                    value = node.Emit("Unsqueeze", [value, node.Graph.Integers(dim++)]);
                    break;
                case Ellipsis:
                    dim += node.ShapeOf("tensor").Count - starts.Count(start => start is not (Null or None or Ellipsis));
                    break;
                case TensorIndex:
                    value = Gather(node, value, tensors[i], ref dim);
                    break;
                case >= FirstSingle:
                    value = node.Emit("Gather", [value, node.Graph.Scalar(starts[i], OnnxType.Int64)], new OnnxAttribute("axis", dim));
                    break;
                default:
                    value = Slice(node, value, (starts[i], At(ends, i), At(steps, i)), dim++);
                    break;
            }
        }

        node.Set(value);
    }

    private static long At(long[] values, int i) => i < values.Length ? values[i] : Null;

    private static string Gather(ExportNode node, string value, Operand? index, ref long dim)
    {
        if (index is not ConstantOperand { Content: { Type: TorchSharp.torch.ScalarType.Int64 } content })
        {
            throw node.Refuse("indexes with a tensor that is not constant, or not of int64");
        }

        var axis = dim;
        dim += content.Shape.Count;
        return node.Emit("Gather", [value, node.Graph.Constant(TensorBytes.Of("indices", content))], new OnnxAttribute("axis", axis));
    }

    private static string Slice(ExportNode node, string value, (long Start, long End, long Step) slice, long dim)
    {
        var start = slice.Start == NoStart ? 0 : slice.Start - SliceZero;
        var (end, step) = (slice.End == Null ? long.MaxValue : slice.End, slice.Step == Null ? 1 : slice.Step);
        return (start, end, step) == (0, long.MaxValue, 1)
            ? value
            : node.Emit("Slice", [value, node.Graph.Integers(start), node.Graph.Integers(end), node.Graph.Integers(dim), node.Graph.Integers(step)]);
    }
}
