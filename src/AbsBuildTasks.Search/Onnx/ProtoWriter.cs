using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace AbsBuildTasks.Search.Onnx;

/// <summary>Writes the fields of one message of protocol buffers: equal calls give equal bytes.</summary>
/// <remarks>Who writes calls in the order of the fields' numbers. What has its default value is left out, as is usual.</remarks>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>What was written so far.</summary>
    public ReadOnlyMemory<byte> Content => _bytes.WrittenMemory;

    /// <summary>Writes a whole number, unless it is 0.</summary>
    public void Int(int field, long value)
    {
        if (value != 0)
        {
            Number(field, value);
        }
    }

    /// <summary>Writes a whole number, also 0.</summary>
    public void Number(int field, long value)
    {
        Tag(field, ProtoWire.Varint);
        Varint((ulong)value);
    }

    /// <summary>Writes whole numbers, each as a field of its own.</summary>
    public void Ints(int field, IReadOnlyList<long> values)
    {
        foreach (var value in values)
        {
            Number(field, value);
        }
    }

    /// <summary>Writes a number of four bytes, also 0.</summary>
    public void Single(int field, float value)
    {
        Tag(field, ProtoWire.Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(sizeof(float)), value);
        _bytes.Advance(sizeof(float));
    }

    /// <summary>Writes numbers of four bytes, each as a field of its own.</summary>
    public void Singles(int field, IReadOnlyList<float> values)
    {
        foreach (var value in values)
        {
            Single(field, value);
        }
    }

    /// <summary>Writes bytes, also none.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, ProtoWire.Bytes);
        Varint((ulong)value.Length);
        _bytes.Write(value);
    }

    /// <summary>Writes a text, unless it is empty.</summary>
    public void Text(int field, string value)
    {
        if (value.Length > 0)
        {
            Bytes(field, Encoding.UTF8.GetBytes(value));
        }
    }

    /// <summary>Writes texts, each as a field of its own, also empty ones.</summary>
    public void Texts(int field, IReadOnlyList<string> values)
    {
        foreach (var value in values)
        {
            Bytes(field, Encoding.UTF8.GetBytes(value));
        }
    }

    /// <summary>Writes a message within this one.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="write">Writes the message's own fields.</param>
    public void Message(int field, Action<ProtoWriter> write)
    {
        var inner = new ProtoWriter();
        write(inner);
        Bytes(field, inner.Content.Span);
    }

    private void Tag(int field, ProtoWire wire) => Varint(((ulong)field << 3) | (uint)wire);

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    private void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }
}
