using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>The type of an array's numbers.</summary>
/// <param name="Kind">NumPy's letter: <c>b</c> for booleans, <c>i</c>, <c>u</c> or <c>f</c>.</param>
/// <param name="Element">How they are stored; unsigned numbers under the signed type of their size.</param>
internal readonly record struct NpyType(char Kind, ElementType Element)
{
    /// <summary>Reads a type such as <c>&lt;f4</c>: byte order, kind, number of bytes.</summary>
    /// <returns>The type, or null if it is none of numbers of at most 64 bits.</returns>
    public static NpyType? Parse(string text)
    {
        if (text is not [('<' or '>' or '|') and var order, .. { Length: 2 } name]
            || Stored(name) is not { } element
            || (order == '|' && element.Size > 1))
        {
            return null;
        }

        return new NpyType(name[0], element with { Swapped = order == (BitConverter.IsLittleEndian ? '>' : '<') });
    }

    private static ElementType? Stored(string name) => name switch
    {
        "b1" or "u1" => new(ScalarType.Byte, 1, false),
        "i1" => new(ScalarType.Int8, 1, false),
        "i2" or "u2" => new(ScalarType.Int16, 2, false),
        "i4" or "u4" => new(ScalarType.Int32, 4, false),
        "i8" or "u8" => new(ScalarType.Int64, 8, false),
        "f2" => new(ScalarType.Float16, 2, false),
        "f4" => new(ScalarType.Float32, 4, false),
        "f8" => new(ScalarType.Float64, 8, false),
        _ => null,
    };
}
