using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Search.Data;

/// <summary>What stands before the numbers of a <c>.npy</c> file.</summary>
/// <param name="Type">The numbers' type.</param>
/// <param name="FortranOrder">Whether the first dimension runs fastest.</param>
/// <param name="Shape">The sizes, each at least 1; none for a single number.</param>
internal sealed record NpyHeader(NpyType Type, bool FortranOrder, long[] Shape)
{
    // NumPy's own limit.
    private const int MaxBytes = 10_000;

    private const int MostShown = 60;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the header.</summary>
    /// <param name="file">Stands at the start, and after the call at the first number.</param>
    /// <exception cref="AbsException">ABS2005: not such a header, or of something else than numbers.</exception>
    public static NpyHeader Read(DataFile file)
    {
        var text = ReadText(file, out var start);
        if (NpyFields.Read(text) is not { } fields || fields.FortranOrder is not ("True" or "False"))
        {
            throw file.Invalid(start, "the header does not describe a plain array of numbers", "save the array without fields or objects, or fetch the file again");
        }

        var type = NpyType.Parse(fields.Type.Trim('\''))
            ?? throw file.Invalid(start, $"numbers of type {Printable.Shorten(fields.Type, MostShown)} cannot be read", "save the array as a boolean, integer or floating-point type of at most 64 bits");
        return new NpyHeader(type, fields.FortranOrder == "True", Sizes(file, start, fields.Shape));
    }

    private static string ReadText(DataFile file, out long start)
    {
        Span<byte> magic = stackalloc byte[8];
        file.Read(magic);
        if (!magic[..6].SequenceEqual(Magic))
        {
            throw file.Invalid(0, "it does not start as a .npy file does", "give a file that NumPy's save has written, or fetch it again");
        }

        var version = magic[6];
        if (version is < 1 or > 3 || magic[7] != 0)
        {
            throw file.Invalid(6, $"format version {version}.{magic[7]} is not known", "save the array in version 1.0, 2.0 or 3.0");
        }

        Span<byte> size = stackalloc byte[version == 1 ? sizeof(ushort) : sizeof(uint)];
        file.Read(size);
        var length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > MaxBytes)
        {
            throw file.Invalid(8, $"the header declares {length} bytes, more than {MaxBytes}", "save the array without fields, or fetch the file again");
        }

        start = file.Position;
        var text = new byte[length];
        file.Read(text);
        return Encoding.Latin1.GetString(text);
    }

    private static long[] Sizes(DataFile file, long start, string shape)
    {
        var sizes = shape.Trim('(', ')').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(size => long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0)
            .ToArray();
        return sizes.Length <= TensorData.MaxRank && sizes.All(size => size > 0)
            ? sizes
            : throw file.Invalid(start, $"shape {Printable.Shorten(shape, MostShown)} is not one of at most {TensorData.MaxRank} sizes, each at least 1", "save an array with elements, or fetch the file again");
    }
}
