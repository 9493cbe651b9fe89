using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>Reads arrays of numbers as NumPy saves them (<c>.npy</c>, format versions 1 to 3); plain or gzip.</summary>
/// <remarks>
/// Booleans, integers and floating point of 16 to 64 bits, in either byte order and either order of dimensions. Torch has
/// no unsigned types but uint8, so uint16 comes as int32, uint32 and uint64 as int64.
/// </remarks>
public static class NpyReader
{
    /// <summary>Reads an array.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The array's shape and values, contiguous in row-major order.</returns>
    /// <exception cref="AbsException">ABS2001: no such file. ABS2005: not such a file, damaged, or not of numbers. ABS1008: not readable.</exception>
    public static Tensor Read(string path)
    {
        using var file = DataFile.Open(path);
        return Read(file);
    }

    /// <inheritdoc cref="Read(string)"/>
    /// <param name="file">Stands at the array's start.</param>
    internal static Tensor Read(DataFile file)
    {
        using var scope = NewDisposeScope();
        var header = NpyHeader.Read(file);
        var start = file.Position;

        // Column-major order is row-major order of the dimensions reversed.
        var stored = TensorData.ReadRest(file, header.FortranOrder ? [.. header.Shape.Reverse()] : header.Shape, header.Type.Element);
        var numbers = Signed(file, start, stored, header.Type);
        var ordered = header.FortranOrder
            ? numbers.permute([.. Enumerable.Range(0, header.Shape.Length).Select(i => (long)(header.Shape.Length - 1 - i))]).contiguous()
            : numbers;
        return ordered.MoveToOuterDisposeScope();
    }

    private static Tensor Signed(DataFile file, long start, Tensor stored, NpyType type)
    {
        switch (type.Kind, type.Element.Size)
        {
            case ('b', _):
                return stored.ne(0);
            case ('u', 2):
                return stored.to(ScalarType.Int32).bitwise_and(tensor(0xFFFF));
            case ('u', 4):
                return stored.to(ScalarType.Int64).bitwise_and(tensor(0xFFFF_FFFFL));
            case ('u', 8) when stored.lt(0).any().item<bool>():
                throw file.Invalid(start, "the array holds unsigned numbers above the range of int64", "save it as int64 or float64");
            default:
                return stored;
        }
    }
}
