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

    /// <summary>The bytes of an element where all are the same; null where they are not, or there are none.</summary>
    public byte[]? OnlyElement
    {
        get
        {
            var size = Bytes.Length == 0 ? 1 : (int)(Bytes.Length / Shape.Aggregate(1L, (product, length) => product * length));
            return Bytes.Length > 0 && Bytes.AsSpan(size).SequenceEqual(Bytes.AsSpan(0, Bytes.Length - size)) ? Bytes[..size] : null;
        }
    }

    /// <summary>Whether both hold the same values.</summary>
    public bool IsSameAs(TensorContent other) => Type == other.Type && Shape.SequenceEqual(other.Shape) && Bytes.AsSpan().SequenceEqual(other.Bytes);
}
