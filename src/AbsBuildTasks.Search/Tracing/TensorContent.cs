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

    /// <summary>Whether both hold the same values.</summary>
    public bool IsSameAs(TensorContent other) => Type == other.Type && Shape.SequenceEqual(other.Shape) && Bytes.AsSpan().SequenceEqual(other.Bytes);
}
