using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tracing;

/// <summary>A tensor's values, copied out of torch.</summary>
/// <param name="Type">What its elements are.</param>
/// <param name="Shape">Its shape; none for a scalar.</param>
/// <param name="Bytes">The elements in row-major order, little-endian.</param>
internal sealed record TensorContent(ScalarType Type, IReadOnlyList<long> Shape, byte[] Bytes)
{
    /// <summary>Copies a tensor, from any device.</summary>
    public static TensorContent Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var dense = tensor.detach().cpu().contiguous();
        return new TensorContent(dense.dtype, dense.shape, dense.bytes.ToArray());
    }

    /// <summary>A new tensor of these values, on the processor.</summary>
    public Tensor ToTensor()
    {
        var tensor = empty([.. Shape], Type);
        Bytes.CopyTo(tensor.bytes);
        return tensor;
    }

    /// <summary>The bytes of an element where all are the same; null where they are not, or there are none.</summary>
    public byte[]? OnlyElement
    {
        get
        {
            var size = Bytes.Length == 0 ? 1 : (int)(Bytes.Length / Shape.Aggregate(1L, (product, length) => product * length));
            return Bytes.Length > 0 && Bytes.AsSpan(size).SequenceEqual(Bytes.AsSpan(0, Bytes.Length - size)) ? Bytes[..size] : null;
        }
    }

    /// <summary>One of the slices along a dimension, which keeps size 1, where all are the same; null where they are not.</summary>
    public TensorContent? OnlySlice(int dimension)
    {
        var (count, outer) = ((int)Shape[dimension], (int)Shape.Take(dimension).Aggregate(1L, (product, length) => product * length));
        if (count == 0 || outer == 0)
        {
            return null;
        }

        var size = Bytes.Length / (outer * count);
        var slices = Bytes.Chunk(Math.Max(1, size)).Chunk(count).ToArray();
        return Array.TrueForAll(slices, same => Array.TrueForAll(same, slice => slice.AsSpan().SequenceEqual(same[0])))
            ? new TensorContent(Type, [.. Shape.Select((length, i) => i == dimension ? 1 : length)], [.. slices.SelectMany(same => same[0])])
            : null;
    }

    /// <summary>Whether both hold the same values.</summary>
    public bool IsSameAs(TensorContent other) => Type == other.Type && Shape.SequenceEqual(other.Shape) && Bytes.AsSpan().SequenceEqual(other.Bytes);
}
