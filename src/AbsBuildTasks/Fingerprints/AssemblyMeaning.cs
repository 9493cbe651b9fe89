namespace AbsBuildTasks.Fingerprints;

/// <summary>
/// What a compiled assembly does, without what differs from one checkout or comment to the next: time stamps, module
/// id, and where its symbols are.
/// </summary>
/// <remarks>
/// The symbols' path lies in the midst of a section and moves what follows it, so zeroing it is not enough. Compilers
/// write code, metadata and resources, then the debug directory and import stubs, then the initial values of fields,
/// whose addresses are in the metadata. What counts is the part before the debug directory, and the values.
/// </remarks>
internal static class AssemblyMeaning
{
    private const int CliLength = 72;
    private const int CliMetadata = 8;
    private const int CliFlags = 16;
    private const int CliEntryPoint = 20;
    private const int CliResources = 24;
    private const int CliStrongName = 32;
    private const int CliNativeHeader = 64;
    private const uint IlOnly = 1;

    /// <summary>The bytes that count; null for a file that is not an assembly of this form.</summary>
    /// <param name="file">The file's content, which is changed.</param>
    public static MemoryStream? Of(byte[] file)
    {
        try
        {
            return Read(new ImageBytes(file));
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }

    private static MemoryStream Read(ImageBytes image)
    {
        var headers = new ImageHeaders(image);
        var cli = headers.Directory(ImageHeaders.Cli).Rva;
        var end = headers.Directory(ImageHeaders.Debug).Rva;
        var section = headers.SectionOf(cli);
        var header = section.Offset(cli);
        var code = cli + CliLength;
        Require(section.Holds(code, (long)end - code));
        Require((image.UInt32(header + CliFlags) & IlOnly) != 0 && image.UInt32(header + CliNativeHeader) == 0);

        var metadata = Before(CliMetadata);
        Before(CliResources);
        var strongName = Before(CliStrongName);
        image.Clear(section.Offset(strongName.Rva), strongName.Length);
        var streams = MetadataRoot.Streams(image, section.Offset(metadata.Rva));
        Require(streams.TryGetValue("#~", out var tableStream) && streams.TryGetValue("#GUID", out _));
        image.Clear(streams["#GUID"].Offset, streams["#GUID"].Length);
        var tables = new MetadataTables(image, tableStream.Offset);
        Require(tables.Rows(MetadataTables.MethodDef).Select(row => image.UInt32(row)).All(rva => rva == 0 || rva >= code && rva < end));
        var values = MoveValues(image, tables, end, section.End);

        var meaning = new MemoryStream();
        image.CopyTo(meaning, header + CliFlags, sizeof(uint));
        image.CopyTo(meaning, header + CliEntryPoint, sizeof(uint));
        image.CopyTo(meaning, section.Offset(code), end - code);
        image.CopyTo(meaning, section.Offset(values), section.End - values);
        meaning.Position = 0;
        return meaning;

        (uint Rva, uint Length) Before(int directory)
        {
            var (rva, length) = (image.UInt32(header + directory), image.UInt32(header + directory + sizeof(uint)));
            Require(length == 0 || rva >= code && (long)rva + length <= end);
            return length == 0 ? (code, 0) : (rva, length);
        }
    }

    /// <summary>Makes the addresses of fields' initial values relative to the first.</summary>
    /// <returns>The first value's address, or the section's end where none lies behind the debug directory.</returns>
    private static long MoveValues(ImageBytes image, MetadataTables tables, uint debug, long sectionEnd)
    {
        long[] rows = [.. tables.Rows(MetadataTables.FieldRva).Where(row => image.UInt32(row) >= debug)];
        var first = rows.Select(row => (long)image.UInt32(row)).DefaultIfEmpty(sectionEnd).Min();
        Require(rows.All(row => image.UInt32(row) < sectionEnd));
        foreach (var row in rows)
        {
            image.Set(row, (uint)(image.UInt32(row) - first));
        }

        return first;
    }

    private static void Require(bool isUsual)
    {
        if (!isUsual)
        {
            throw new BadImageFormatException();
        }
    }
}
