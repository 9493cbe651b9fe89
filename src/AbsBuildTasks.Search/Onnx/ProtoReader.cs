using System.Buffers.Binary;
using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Search.Onnx;

/// <summary>Reads the fields of one message of protocol buffers, in the order in which they stand.</summary>
/// <remarks>
/// Values are slices of the file's bytes, so no length that a file states takes memory. What is not asked for is skipped.
/// Messages are read by methods of their own, each of which asks for those within it: nesting has the depth of the format,
/// not one of the file's choice.
/// </remarks>
/// <param name="content">The message's bytes.</param>
/// <param name="name">What messages of failures call the file.</param>
/// <param name="start">Where in the file the message begins.</param>
internal sealed class ProtoReader(ReadOnlyMemory<byte> content, string name, long start = 0)
{
    private const int LargestField = (1 << 29) - 1;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _content = content;
    private int _at;
    private ProtoWire _wire;
    private bool _isPending;

    /// <summary>The number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>Goes to the next field, past the value of this one if nobody has read it.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="AbsException">ABS6003: the bytes are not of this format.</exception>
    public bool Next()
    {
        if (_isPending)
        {
            Skip();
        }

        if (_at == _content.Length)
        {
            return false;
        }

        var tag = Varint();
        if (tag >> 3 is 0 or > LargestField)
        {
            throw Damaged($"field number {tag >> 3} does not exist");
        }

        (Field, _wire, _isPending) = ((int)(tag >> 3), (ProtoWire)(tag & 7), true);
        return true;
    }

    /// <summary>A whole number.</summary>
    /// <exception cref="AbsException">ABS6003: it is none.</exception>
    public long Int()
    {
        Take(ProtoWire.Varint);
        return (long)Varint();
    }

    /// <summary>A number of four bytes with a fraction.</summary>
    /// <exception cref="AbsException">ABS6003: it is none.</exception>
    public float Single()
    {
        Take(ProtoWire.Fixed32);
        return BinaryPrimitives.ReadSingleLittleEndian(Fixed(sizeof(float)).Span);
    }

    /// <summary>Bytes, without a copy.</summary>
    /// <exception cref="AbsException">ABS6003: they are none, or go on after the end.</exception>
    public ReadOnlyMemory<byte> Bytes()
    {
        Take(ProtoWire.Bytes);
        return Slice();
    }

    /// <summary>A text.</summary>
    /// <exception cref="AbsException">ABS6003: it is not UTF-8.</exception>
    public string Text() => TryText(Bytes()) ?? throw Damaged("a text is not UTF-8");

    /// <summary>Bytes as a text.</summary>
    /// <returns>Null where they are not UTF-8.</returns>
    public static string? TryText(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>A message within this one.</summary>
    /// <exception cref="AbsException">ABS6003: it is none, or goes on after the end.</exception>
    public ProtoReader Message()
    {
        var bytes = Bytes();
        return new ProtoReader(bytes, name, start + _at - bytes.Length);
    }

    /// <summary>Adds one whole number of a repeated field, or all that are packed into this value.</summary>
    /// <exception cref="AbsException">ABS6003: they are none.</exception>
    public void Ints(List<long> values) => Repeated(ProtoWire.Varint, reader => values.Add((long)reader.Varint()));

    /// <summary>Adds one number of four bytes of a repeated field, or all that are packed into this value.</summary>
    /// <exception cref="AbsException">ABS6003: they are none.</exception>
    public void Singles(List<float> values) =>
        Repeated(ProtoWire.Fixed32, reader => values.Add(BinaryPrimitives.ReadSingleLittleEndian(reader.Fixed(sizeof(float)).Span)));

    /// <summary>Adds one number of eight bytes of a repeated field, or all that are packed into this value.</summary>
    /// <exception cref="AbsException">ABS6003: they are none.</exception>
    public void Doubles(List<double> values) =>
        Repeated(ProtoWire.Fixed64, reader => values.Add(BinaryPrimitives.ReadDoubleLittleEndian(reader.Fixed(sizeof(double)).Span)));

    /// <summary>The failure of a file that is not of this format, at the place that was read last.</summary>
    /// <param name="problem">What is wrong there.</param>
    public AbsException Damaged(string problem) => new(
        AbsCodes.InvalidOnnx,
        $"'{Printable.Escape(name)}', offset {start + _at}: {problem}; this is not a whole ONNX file, export or fetch it again.");

    /// <summary>The failure of a file that says something which is not read.</summary>
    /// <param name="problem">What it says, and what to do.</param>
    public AbsException Unsupported(string problem) => new(AbsCodes.UnsupportedOnnx, $"'{Printable.Escape(name)}': {problem}.");

    private void Repeated(ProtoWire wire, Action<ProtoReader> read)
    {
        if (_wire != ProtoWire.Bytes)
        {
            Take(wire);
            read(this);
            return;
        }

        var packed = Message();
        while (packed._at < packed._content.Length)
        {
            read(packed);
        }
    }

    private void Take(ProtoWire wire)
    {
        if (!_isPending || _wire != wire)
        {
            throw Damaged($"field {Field} has wire type {(int)_wire} instead of {(int)wire}");
        }

        _isPending = false;
    }

    private void Skip()
    {
        _isPending = false;
        _ = _wire switch
        {
            ProtoWire.Varint => (long)Varint(),
            ProtoWire.Fixed32 => Fixed(sizeof(float)).Length,
            ProtoWire.Fixed64 => Fixed(sizeof(double)).Length,
            ProtoWire.Bytes => Slice().Length,
            _ => throw Damaged($"field {Field} has wire type {(int)_wire}, which is not in use"),
        };
    }

    private ReadOnlyMemory<byte> Slice()
    {
        var length = Varint();
        return length <= int.MaxValue ? Fixed((int)length) : throw Damaged($"{length} bytes should follow, but there are {_content.Length - _at}");
    }

    private ReadOnlyMemory<byte> Fixed(int length)
    {
        if (length > _content.Length - _at)
        {
            throw Damaged($"{length} bytes should follow, but there are {_content.Length - _at}");
        }

        _at += length;
        return _content.Slice(_at - length, length);
    }

    /// <summary>Seven bits a byte, the lowest first; at most 64 bits.</summary>
    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Fixed(1).Span[0];
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Damaged("a whole number has more than 64 bits");
    }
}
