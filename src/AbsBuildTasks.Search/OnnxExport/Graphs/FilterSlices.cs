using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Search.OnnxExport.Graphs;

/// <summary>Works on the slices of a tensor along one dimension, such as the filters of a weight.</summary>
internal static class FilterSlices
{
    /// <summary>Multiplies each slice by a factor.</summary>
    public static float[] Multiplied(float[] values, IReadOnlyList<long> dims, int dim, float[] factors)
    {
        var inner = Inner(dims, dim);
        return [.. values.Select((value, i) => value * factors[i / inner % factors.Length])];
    }

    /// <summary>Keeps some of the slices.</summary>
    /// <param name="values">The elements in row-major order.</param>
    /// <param name="dims">The shape.</param>
    /// <param name="dim">The dimension.</param>
    /// <param name="kept">Which slices stay, in order.</param>
    public static float[] Kept(float[] values, IReadOnlyList<long> dims, int dim, int[] kept)
    {
        var (inner, count) = (Inner(dims, dim), (int)dims[dim]);
        var outer = values.Length / (inner * count);
        var result = new float[outer * kept.Length * inner];
        for (var (i, at) = (0, 0); i < outer; i++)
        {
            foreach (var slice in kept)
            {
                values.AsSpan(((i * count) + slice) * inner, inner).CopyTo(result.AsSpan(at));
                at += inner;
            }
        }

        return result;
    }

    /// <summary>Keeps some of the slices of a tensor of 32-bit floating point.</summary>
    public static OnnxTensor Part(OnnxTensor tensor, int dim, int[] kept) => OnnxTensor.Of(
        tensor.Name,
        [.. tensor.Dims.Select((size, i) => i == dim ? kept.Length : size)],
        Kept(TensorBytes.Floats(tensor), tensor.Dims, dim, kept));

    /// <summary>Keeps some of the slices of a constant of 32-bit floating point.</summary>
    /// <returns>The constant's name.</returns>
    public static string Sliced(this ExportGraph graph, string name, int dim, int[] kept)
    {
        var tensor = graph.Constants[name];
        if (kept.Length == tensor.Dims[dim])
        {
            return name;
        }

        // Where another node has the whole of it, that stays.
        var sliced = Part(tensor, dim, kept);
        if (graph.Uses(name) > 1)
        {
            return graph.Constant(sliced);
        }

        graph.Replace(sliced);
        return name;
    }

    /// <summary>Whether all elements of a slice are zero.</summary>
    public static bool[] AreZero(float[] values, IReadOnlyList<long> dims, int dim)
    {
        var (inner, zero) = (Inner(dims, dim), Enumerable.Repeat(true, (int)dims[dim]).ToArray());
        for (var i = 0; i < values.Length; i++)
        {
            zero[i / inner % zero.Length] &= values[i] == 0;
        }

        return zero;
    }

    private static int Inner(IReadOnlyList<long> dims, int dim) => (int)dims.Skip(dim + 1).Aggregate(1L, (product, size) => product * size);
}
