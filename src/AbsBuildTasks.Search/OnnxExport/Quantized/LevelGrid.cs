using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.Quantization;

namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>A plan's levels as whole numbers times a scale: what QuantizeLinear and DequantizeLinear speak of.</summary>
/// <param name="Scale">The distance of two whole numbers.</param>
/// <param name="Low">The lowest whole number.</param>
/// <param name="High">The highest.</param>
internal readonly record struct LevelGrid(float Scale, int Low, int High)
{
    private const long FourBits = 21;
    private const long TwoBits = 25;

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

    /// <summary>All levels of a byte.</summary>
    /// <param name="scale">The distance of two.</param>
    /// <param name="zero">The byte of level zero.</param>
    public static LevelGrid Bytes(float scale, byte zero) => new(scale, -zero, byte.MaxValue - zero);

    /// <summary>Whether a signed byte holds all levels.</summary>
    public bool FitsSignedByte => Low >= sbyte.MinValue && High <= sbyte.MaxValue;

    /// <summary>Whether a byte holds all levels, zero among them.</summary>
    public bool FitsByte => High - Low <= byte.MaxValue && Low <= 0 && High >= 0;

    /// <summary>The byte of level zero: 128 where that leaves room for all levels, as runtimes like it best.</summary>
    public byte ZeroPoint => (byte)(Low == 0 ? 0 : FitsSignedByte ? 128 : -Low);

    /// <summary>The same levels, where all may turn their signs.</summary>
    public LevelGrid Turned => this with { Low = Math.Min(Low, -High) };

    /// <summary>The smallest signed type that holds all levels.</summary>
    public OnnxType Stored => Low >= -2 && High <= 1 ? OnnxType.Int2 : Low >= -8 && High <= 7 ? OnnxType.Int4 : OnnxType.Int8;

    /// <summary>The smallest such type that a version of ONNX's operators has.</summary>
    public OnnxType StoredAt(long opset) => Stored == OnnxType.Int2 && opset >= TwoBits ? OnnxType.Int2 : Stored != OnnxType.Int8 && opset >= FourBits ? OnnxType.Int4 : OnnxType.Int8;

    /// <summary>The version that has this smallest type.</summary>
    /// <param name="highest">The highest version that may be taken.</param>
    public long OpsetFor(long highest) => StoredAt(highest) switch
    {
        OnnxType.Int2 => TwoBits,
        OnnxType.Int4 => FourBits,
        _ => ExportGraph.LowestOpset,
    };
}
