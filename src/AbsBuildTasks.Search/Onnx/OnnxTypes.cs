namespace AbsBuildTasks.Search.Onnx;

/// <summary>The sizes of ONNX's element types.</summary>
internal static class OnnxTypes
{
    /// <summary>Bits of one element; null where elements of this type are not read.</summary>
    public static int? Bits(this OnnxType type) => type switch
    {
        OnnxType.UInt2 or OnnxType.Int2 => 2,
        OnnxType.UInt4 or OnnxType.Int4 => 4,
        OnnxType.UInt8 or OnnxType.Int8 or OnnxType.Bool => 8,
        OnnxType.UInt16 or OnnxType.Int16 or OnnxType.Float16 or OnnxType.BFloat16 => 16,
        OnnxType.UInt32 or OnnxType.Int32 or OnnxType.Float => 32,
        OnnxType.UInt64 or OnnxType.Int64 or OnnxType.Double => 64,
        _ => null,
    };

    /// <summary>The name of a type, for messages.</summary>
    public static string Name(this OnnxType type) => Enum.IsDefined(type) ? type.ToString().ToLowerInvariant() : FormattableString.Invariant($"type {(int)type}");
}
