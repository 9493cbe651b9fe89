using System.Buffers.Binary;
using System.Text;

namespace AbsBuildTasks.Search.Native;

/// <summary>A 64-bit little-endian ELF shared library in memory, as far as its dynamic section goes.</summary>
/// <remarks>
/// Reads what the loader reads, the program headers, as section headers may be stripped. See elf(5). Sums of a damaged
/// file's offsets may wrap around; every access is checked against the file's length.
/// </remarks>
internal sealed class ElfImage
{
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int DynamicEntrySize = 16;
    private const uint SegmentLoad = 1;
    private const uint SegmentDynamic = 2;

    private readonly byte[] _bytes;
    private readonly List<(ulong Address, ulong Offset, ulong Size)> _segments = [];
    private readonly Dictionary<ulong, ulong> _dynamic = [];

    /// <summary>Reads the headers.</summary>
    /// <param name="bytes">The whole file; writes go to this array.</param>
    /// <exception cref="InvalidDataException">Not such a library, or damaged.</exception>
    public ElfImage(byte[] bytes)
    {
        _bytes = bytes;
        ReadOnlySpan<byte> wanted = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1];
        if (!Slice(0, HeaderSize)[..wanted.Length].SequenceEqual(wanted))
        {
            throw new InvalidDataException("Not a 64-bit little-endian ELF file.");
        }

        ReadProgramHeaders();
    }

    /// <summary>The value of a dynamic section's entry, such as <c>DT_STRTAB</c>, or null where it has none.</summary>
    public ulong? Dynamic(ulong tag) => _dynamic.TryGetValue(tag, out var value) ? value : null;

    /// <summary>Where in the file the bytes of an address in memory lie.</summary>
    public ulong OffsetOf(ulong address)
    {
        foreach (var (start, offset, size) in _segments)
        {
            if (address >= start && address - start < size)
            {
                return offset + (address - start);
            }
        }

        throw new InvalidDataException($"Address 0x{address:x} lies in no segment.");
    }

    public ushort UInt16(ulong offset) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, 2));

    public uint UInt32(ulong offset) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, 4));

    public void SetUInt16(ulong offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Slice(offset, 2), value);

    /// <summary>The zero-terminated text at an offset.</summary>
    public string Text(ulong offset)
    {
        var rest = offset < (ulong)_bytes.Length ? _bytes.AsSpan((int)offset) : [];
        var length = rest.IndexOf((byte)0);
        return length >= 0
            ? Encoding.UTF8.GetString(rest[..length])
            : throw new InvalidDataException($"The text at 0x{offset:x} has no end.");
    }

    private void ReadProgramHeaders()
    {
        var table = UInt64(32);
        var entrySize = UInt16(54);
        if (entrySize < ProgramHeaderSize)
        {
            throw new InvalidDataException($"Program headers of {entrySize} bytes.");
        }

        var dynamicSegment = default((ulong Offset, ulong Size)?);
        for (ulong i = 0; i < UInt16(56); i++)
        {
            var header = table + (i * entrySize);
            var (offset, address, size) = (UInt64(header + 8), UInt64(header + 16), UInt64(header + 32));
            switch (UInt32(header))
            {
                case SegmentLoad:
                    _segments.Add((address, offset, size));
                    break;
                case SegmentDynamic:
                    dynamicSegment = (offset, size);
                    break;
            }
        }

        if (dynamicSegment is var (start, length))
        {
            ReadDynamic(start, length);
        }
    }

    private void ReadDynamic(ulong offset, ulong size)
    {
        for (ulong at = 0; size >= DynamicEntrySize && at <= size - DynamicEntrySize; at += DynamicEntrySize)
        {
            var tag = UInt64(offset + at);
            if (tag == 0)
            {
                return;
            }

            _dynamic[tag] = UInt64(offset + at + 8);
        }
    }

    private ulong UInt64(ulong offset) => BinaryPrimitives.ReadUInt64LittleEndian(Slice(offset, 8));

    private Span<byte> Slice(ulong offset, int length) =>
        offset <= (ulong)_bytes.Length && (ulong)length <= (ulong)_bytes.Length - offset
            ? _bytes.AsSpan((int)offset, length)
            : throw new InvalidDataException($"The file ends before 0x{offset:x}.");
}
