using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Quantization;

namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>A plan's levels as whole numbers times a scale: what QuantizeLinear and DequantizeLinear speak of.</summary>
/// <param name="Scale">The distance of two whole numbers.</param>
/// <param name="Low">The lowest whole number.</param>
/// <param name="High">The highest.</param>
internal readonly record struct LevelGrid(float Scale, int Low, int High)
{
    /// <summary>The levels of a quantiser of a plan.</summary>
    /// <param name="grid">Its grid.</param>
    /// <param name="bits">Its bits.</param>
    /// <param name="interval">Its clipping interval.</param>
    public static LevelGrid Of(QuantizationGrid grid, int bits, float interval)
    {
        var highest = (1 << bits) - 1;

        // The unit grid has no zero: its levels are the odd numbers of a grid that is twice as fine.
        return grid == QuantizationGrid.Unit ? new((float)((double)interval / highest), -highest, highest)
            : grid == QuantizationGrid.Symmetric ? new((float)(interval * grid.Step(bits)), -((highest - 1) / 2), (highest - 1) / 2)
            : new((float)(interval * grid.Step(bits)), 0, highest);
    }

    /// <summary>Whether a signed byte holds all levels.</summary>
    public bool FitsSignedByte => Low >= sbyte.MinValue && High <= sbyte.MaxValue;

    /// <summary>Whether a byte holds all levels, around 128 where some are negative.</summary>
    public bool FitsByte => High - Low <= byte.MaxValue && (Low == 0 || FitsSignedByte);

    /// <summary>The byte of level zero.</summary>
    public byte ZeroPoint => (byte)(Low < 0 ? 128 : 0);

    /// <summary>The smallest signed type that holds all levels.</summary>
    public OnnxType Stored => Low >= -2 && High <= 1 ? OnnxType.Int2 : Low >= -8 && High <= 7 ? OnnxType.Int4 : OnnxType.Int8;
}
