using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Search.Import;

/// <summary>Quantises what layers take in: read only in files that are run, and not trained.</summary>
/// <remarks>
/// The whole numbers stay in floating point, which holds them exactly: torch clips and pools no bytes.
/// </remarks>
internal static class QuantizeRow
{
    /// <summary>The operator.</summary>
    public const string Name = "QuantizeLinear";

    /// <summary>The row: one scale and zero point for the whole tensor, as <see cref="OnnxType.UInt8"/> has levels.</summary>
    public static OperatorRow Row { get; } = new(Name, 3, 3, node =>
    {
        if (node.Weight(1).numel() != 1 || node.Weight(2).numel() != 1)
        {
            throw node.Refuse("it has several scales");
        }

        return inputs => [(inputs[0] / inputs[1]).round().add(inputs[2]).clamp(byte.MinValue, byte.MaxValue)];
    });
}
