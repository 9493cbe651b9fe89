namespace AbsBuildTasks.Fingerprints;

/// <summary>The streams of an assembly's metadata (ECMA-335, II.24.2.1).</summary>
internal static class MetadataRoot
{
    private const uint Signature = 0x424a5342;
    private const int VersionLengthOffset = 12;
    private const int VersionOffset = 16;

    /// <summary>Finds the streams.</summary>
    /// <returns>Their names, and where in the file they are.</returns>
    /// <exception cref="BadImageFormatException">This is no metadata.</exception>
    public static IReadOnlyDictionary<string, (long Offset, uint Length)> Streams(ImageBytes image, long root)
    {
        if (image.UInt32(root) != Signature)
        {
            throw new BadImageFormatException();
        }

        var next = root + VersionOffset + image.UInt32(root + VersionLengthOffset);
        var count = image.UInt16(next + 2);
        next += sizeof(uint);
        var streams = new Dictionary<string, (long Offset, uint Length)>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var name = "";
            for (var at = next + 8; image.Byte(at) != 0; at++)
            {
                name += (char)image.Byte(at);
            }

            streams[name] = (root + image.UInt32(next), image.UInt32(next + sizeof(uint)));

            // The name's end, a zero, and up to the next multiple of four.
            next += 8 + (name.Length / 4 * 4) + 4;
        }

        return streams;
    }
}
