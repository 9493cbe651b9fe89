using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Import;

/// <summary>A constant that is no floating point, such as a shape or indices: kept outside of torch, where nothing moves or ends it.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Type">Its type.</param>
/// <param name="Bytes">Its elements.</param>
internal sealed record HostConstant(long[] Shape, ScalarType Type, byte[] Bytes)
{
    /// <summary>Keeps a tensor.</summary>
    public static HostConstant Of(Tensor value)
    {
        using var whole = value.contiguous();
        return new HostConstant(value.shape, value.dtype, [.. whole.bytes]);
    }

    /// <summary>The tensor, on the processor.</summary>
    public Tensor ToTensor()
    {
        var tensor = zeros(Shape, Type);
        Bytes.CopyTo(tensor.bytes);
        return tensor;
    }
}
