using AbsBuildTasks.Search.Onnx;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Import;

/// <summary>Bounds what comes of operations on constants: a few bytes of a file may ask for more than there is memory.</summary>
internal static class FoldedSize
{
    // Beyond that, what comes of constants may be too large to keep, and is computed for each batch.
    private const long Most = 1 << 26;

    /// <summary>Whether a result is small, or no larger than what it is made of.</summary>
    /// <param name="node">The operation.</param>
    /// <param name="inputs">The constants that it takes; null where one is left out.</param>
    public static bool IsFit(OnnxNode node, IReadOnlyList<Tensor?> inputs) => node.OpType switch
    {
        "Cast" or "DequantizeLinear" => true,
        "Add" or "Sub" or "Mul" or "Div" => Spread(inputs) is var size && (size <= Most || inputs.Any(input => input is not null && size <= input.numel())),
        _ => inputs.Aggregate(Int128.One, (product, input) => Int128.Min(product * Math.Max(1, input?.numel() ?? 1), Int128.One << 62)) <= Most,
    };

    private static Int128 Spread(IReadOnlyList<Tensor?> inputs)
    {
        var size = Int128.One;
        for (var place = 1; place <= inputs.Max(input => input?.dim() ?? 0); place++)
        {
            size = Int128.Min(size * inputs.Max(input => input is not null && input.dim() >= place ? input.shape[^place] : 1), Int128.One << 62);
        }

        return size;
    }
}
