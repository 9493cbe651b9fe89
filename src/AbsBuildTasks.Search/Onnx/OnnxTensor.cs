using System.Runtime.InteropServices;

namespace AbsBuildTasks.Search.Onnx;

/// <summary>A tensor of constant numbers in an ONNX file.</summary>
internal sealed class OnnxTensor
{
    // Torch's own limit is 64; nothing that a network has comes near it.
    private const int MaxRank = 32;

    /// <summary>Makes a tensor.</summary>
    /// <param name="name">The name under which a graph knows it; may be empty.</param>
    /// <param name="type">What its elements are.</param>
    /// <param name="dims">Its shape; none for a scalar.</param>
    /// <param name="data">The elements in row-major order, little-endian; below a byte packed as <see cref="OnnxType"/> says.</param>
    /// <exception cref="ArgumentException">Shape and data do not fit together.</exception>
    public OnnxTensor(string name, OnnxType type, IReadOnlyList<long> dims, ReadOnlyMemory<byte> data)
    {
        if (type.Bits() is { } bits && Bytes(dims, bits) != data.Length)
        {
            throw new ArgumentException($"[{string.Join(", ", dims)}] of {type.Name()} does not take {data.Length} bytes.", nameof(data));
        }

        (Name, Type, Dims, Data) = (name, type, dims, data);
    }

    /// <summary>The name under which a graph knows it; may be empty.</summary>
    public string Name { get; }

    /// <summary>What its elements are.</summary>
    public OnnxType Type { get; }

    /// <summary>Its shape; none for a scalar.</summary>
    public IReadOnlyList<long> Dims { get; }

    /// <summary>The elements in row-major order, little-endian. None where their type is not read.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>A tensor of 32-bit floating point.</summary>
    public static OnnxTensor Of(string name, IReadOnlyList<long> dims, ReadOnlySpan<float> values) =>
        new(name, OnnxType.Float, dims, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A tensor of 64-bit whole numbers.</summary>
    public static OnnxTensor Of(string name, IReadOnlyList<long> dims, ReadOnlySpan<long> values) =>
        new(name, OnnxType.Int64, dims, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Reads a tensor; numbers that stand in fields of their type come out as bytes.</summary>
    public static OnnxTensor Read(ProtoReader reader)
    {
        var name = "";
        var type = OnnxType.Undefined;
        ReadOnlyMemory<byte>? raw = null;
        List<long> dims = [];
        var fields = new TypedFields();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    reader.Ints(dims);
                    break;
                case 2:
                    type = (OnnxType)reader.Int();
                    break;
                case 3:
                    throw reader.Damaged("a tensor is in segments, which no writer uses");
                case 8:
                    name = reader.Text();
                    break;
                case 9:
                    raw = reader.Bytes();
                    break;
                case 13:
                case 14 when reader.Int() != 0:
                    throw reader.Unsupported("weights lie in another file (external data); export the network into one file, which goes up to 2 GB");
                default:
                    fields.TryRead(reader);
                    break;
            }
        }

        return Checked(reader, name, type, dims, raw, fields);
    }

    /// <summary>Writes the tensor.</summary>
    public void Write(ProtoWriter writer)
    {
        writer.Ints(1, Dims);
        writer.Int(2, (long)Type);
        writer.Text(8, Name);
        writer.Bytes(9, Data.Span);
    }

    private static OnnxTensor Checked(ProtoReader reader, string name, OnnxType type, List<long> dims, ReadOnlyMemory<byte>? raw, TypedFields fields)
    {
        if (type.Bits() is not { } bits)
        {
            return new OnnxTensor(name, type, dims, default);
        }

        var bytes = Bytes(dims, bits) ?? throw reader.Damaged($"a tensor of shape [{string.Join(", ", dims.Take(MaxRank))}] cannot be");
        var data = raw ?? fields.Packed(type);
        return (raw is null || fields.IsEmpty) && data.Length == bytes
            ? new OnnxTensor(name, type, dims, data)
            : throw reader.Damaged($"a tensor of shape [{string.Join(", ", dims)}] and {type.Name()} takes {bytes} bytes, but has {data.Length}");
    }

    /// <summary>Bytes that a shape takes; null where no file can have as many, or a size is negative.</summary>
    private static long? Bytes(IReadOnlyList<long> dims, int bits)
    {
        if (dims.Count > MaxRank || dims.Any(dim => dim < 0))
        {
            return null;
        }

        // Torch multiplies sizes beside a 0, too.
        var elements = dims.Aggregate(Int128.One, (product, dim) => product > int.MaxValue ? product : product * Math.Max(1, dim));
        return elements > int.MaxValue ? null : dims.Contains(0) ? 0 : (((long)elements * bits) + 7) / 8;
    }
}
