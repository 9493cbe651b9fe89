using System.Runtime.InteropServices;

namespace AbsBuildTasks.Search.Onnx;

/// <summary>The numbers of a tensor that do not stand as bytes, but in the field of their type.</summary>
internal sealed class TypedFields
{
    private readonly List<float> _singles = [];
    private readonly List<double> _doubles = [];

    // What is smaller than 64 bits stands in fields of 32: halves as their bits, whole numbers below a byte as packed bytes.
    private readonly List<long> _ints = [];

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _singles.Count + _doubles.Count + _ints.Count == 0;

    /// <summary>Reads the field if it is one of them.</summary>
    public void TryRead(ProtoReader reader)
    {
        switch (reader.Field)
        {
            case 4:
                reader.Singles(_singles);
                break;
            case 5 or 7 or 11:
                reader.Ints(_ints);
                break;
            case 10:
                reader.Doubles(_doubles);
                break;
        }
    }

    /// <summary>The numbers as little-endian bytes.</summary>
    public byte[] Packed(OnnxType type) => type switch
    {
        OnnxType.Float => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_singles)).ToArray(),
        OnnxType.Double => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_doubles)).ToArray(),
        _ => (type.Bits() ?? 0) switch
        {
            64 => Packed(value => value),
            32 => Packed(value => (int)value),
            16 => Packed(value => (short)value),
            _ => Packed(value => (byte)value),
        },
    };

    private byte[] Packed<T>(Func<long, T> narrow)
        where T : struct => MemoryMarshal.AsBytes<T>(_ints.Select(narrow).ToArray()).ToArray();
}
