namespace AbsBuildTasks.Fingerprints;

/// <summary>The headers of a Windows executable, which every .NET assembly is on every system.</summary>
internal sealed class ImageHeaders
{
    /// <summary>The directory of debug information.</summary>
    public const int Debug = 6;

    /// <summary>The directory of the header for .NET.</summary>
    public const int Cli = 14;

    private const ushort DosMagic = 0x5a4d;
    private const uint Signature = 0x4550;
    private const ushort Pe32 = 0x10b;
    private const ushort Pe32Plus = 0x20b;

    private readonly ImageBytes _image;
    private readonly long _directories;
    private readonly uint _directoryCount;
    private readonly ImageSection[] _sections;

    /// <summary>Reads the headers.</summary>
    /// <exception cref="BadImageFormatException">It has none.</exception>
    public ImageHeaders(ImageBytes image)
    {
        _image = image;
        var coff = (long)image.UInt32(0x3c) + sizeof(uint);
        var optional = coff + 20;
        var magic = image.UInt16(optional);
        if (image.UInt16(0) != DosMagic || image.UInt32(coff - sizeof(uint)) != Signature || magic is not (Pe32 or Pe32Plus))
        {
            throw new BadImageFormatException();
        }

        _directories = optional + (magic == Pe32 ? 96 : 112);
        _directoryCount = image.UInt32(_directories - sizeof(uint));
        var sections = optional + image.UInt16(coff + 16);
        _sections = [.. Enumerable.Range(0, image.UInt16(coff + 2)).Select(i => Section(sections + (40 * i)))];
    }

    /// <summary>The range a directory names; of length 0 where there is none.</summary>
    /// <exception cref="BadImageFormatException">The headers are cut.</exception>
    public (uint Rva, uint Length) Directory(int index) => index < _directoryCount
        ? (_image.UInt32(_directories + (8 * index)), _image.UInt32(_directories + (8 * index) + sizeof(uint)))
        : default;

    /// <summary>The section that an address lies in.</summary>
    /// <exception cref="BadImageFormatException">There is none.</exception>
    public ImageSection SectionOf(uint rva) => Array.Find(_sections, section => section.Holds(rva, 1)) ?? throw new BadImageFormatException();

    private ImageSection Section(long header) => new(
        Rva: _image.UInt32(header + 12),
        Length: Math.Min(_image.UInt32(header + 8), _image.UInt32(header + 16)),
        Start: _image.UInt32(header + 20));
}
