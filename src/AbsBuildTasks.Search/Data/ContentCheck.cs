using System.Buffers.Binary;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Search.Data;

/// <summary>What gzip and zip note of a content, to be compared with it.</summary>
/// <param name="Crc32">Its cyclic redundancy check, polynomial EDB88320 (reflected).</param>
/// <param name="Length">Its length modulo 2^32.</param>
internal readonly record struct ContentCheck(uint Crc32, uint Length)
{
    private const int SmallestGzip = 18;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => Shifted((uint)i))];

    /// <summary>Reads a stream to its end, or until it is too long.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="most">The most bytes that count.</param>
    /// <param name="length">Its length; more than the most where it was not read to its end.</param>
    public static ContentCheck Of(Stream stream, long most, out long length)
    {
        var buffer = new byte[1 << 16];
        var crc = uint.MaxValue;
        length = 0;
        while (length <= most && stream.Read(buffer) is var read and > 0)
        {
            length += read;
            foreach (var value in buffer.AsSpan(0, read))
            {
                crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
            }
        }

        return new ContentCheck(~crc, unchecked((uint)length));
    }

    /// <summary>What stands at the end of a gzip file; files of several gzip streams in a row are not supported.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The check, or null if the file is not gzip.</returns>
    public static ContentCheck? OfGzip(string path)
    {
        Span<byte> bytes = stackalloc byte[2 * sizeof(uint)];
        using var file = OrdinaryFile.Open(path);
        if (file.ReadAtLeast(bytes[..2], 2, throwOnEndOfStream: false) < 2 || bytes is not [0x1F, 0x8B, ..])
        {
            return null;
        }

        if (file.Length < SmallestGzip)
        {
            throw new InvalidDataException("the file is too short");
        }

        _ = file.Seek(-bytes.Length, SeekOrigin.End);
        file.ReadExactly(bytes);
        return new ContentCheck(BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[sizeof(uint)..]));
    }

    private static uint Shifted(uint crc)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) == 0 ? crc >> 1 : 0xEDB88320 ^ (crc >> 1);
        }

        return crc;
    }
}
