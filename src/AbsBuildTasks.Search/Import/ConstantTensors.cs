using System.Buffers.Binary;
using System.Runtime.InteropServices;
using AbsBuildTasks.Search.Onnx;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Import;

/// <summary>Makes torch's tensors of the constants in a file.</summary>
/// <remarks>All floating point becomes single precision, which compression starts from.</remarks>
internal static class ConstantTensors
{
    /// <summary>Torch's type of a type in a file; null where there is none.</summary>
    public static ScalarType? TypeOf(OnnxType type) => type switch
    {
        OnnxType.Float or OnnxType.Float16 or OnnxType.BFloat16 or OnnxType.Double => ScalarType.Float32,
        OnnxType.UInt8 or OnnxType.UInt4 or OnnxType.UInt2 => ScalarType.Byte,
        OnnxType.Int8 or OnnxType.Int4 or OnnxType.Int2 => ScalarType.Int8,
        OnnxType.Int16 => ScalarType.Int16,
        OnnxType.Int32 => ScalarType.Int32,
        OnnxType.Int64 or OnnxType.UInt16 or OnnxType.UInt32 => ScalarType.Int64,
        OnnxType.Bool => ScalarType.Bool,
        _ => null,
    };

    /// <summary>A constant as a tensor on the processor; null where there is no type for it.</summary>
    public static Tensor? Of(OnnxTensor constant)
    {
        var bytes = constant.Data.Span;
        long[] shape = [.. constant.Dims];
        return constant.Type switch
        {
            OnnxType.Float => New(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), shape, ScalarType.Float32),
            OnnxType.Double => New(MemoryMarshal.Cast<byte, double>(bytes).ToArray(), shape, ScalarType.Float64).to(ScalarType.Float32),
            OnnxType.Float16 => New(Each(bytes, 2, part => (float)BinaryPrimitives.ReadHalfLittleEndian(part)), shape, ScalarType.Float32),
            OnnxType.BFloat16 => New(Each(bytes, 2, part => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(part) << 16)), shape, ScalarType.Float32),
            OnnxType.Int64 => New(MemoryMarshal.Cast<byte, long>(bytes).ToArray(), shape, ScalarType.Int64),
            OnnxType.Int32 => New(MemoryMarshal.Cast<byte, int>(bytes).ToArray(), shape, ScalarType.Int32),
            OnnxType.Int16 => New(MemoryMarshal.Cast<byte, short>(bytes).ToArray(), shape, ScalarType.Int16),
            OnnxType.UInt16 => New(Each(bytes, 2, part => (long)BinaryPrimitives.ReadUInt16LittleEndian(part)), shape, ScalarType.Int64),
            OnnxType.UInt32 => New(Each(bytes, 4, part => (long)BinaryPrimitives.ReadUInt32LittleEndian(part)), shape, ScalarType.Int64),
            OnnxType.UInt8 => New(bytes.ToArray(), shape, ScalarType.Byte),
            OnnxType.Int8 => New(MemoryMarshal.Cast<byte, sbyte>(bytes).ToArray(), shape, ScalarType.Int8),
            OnnxType.Bool => New(Each(bytes, 1, part => part[0] != 0), shape, ScalarType.Bool),
            OnnxType.UInt4 or OnnxType.UInt2 => New(Unpacked(constant, value => (byte)value), shape, ScalarType.Byte),
            OnnxType.Int4 or OnnxType.Int2 => New(Unpacked(constant, value => (sbyte)value), shape, ScalarType.Int8),
            _ => null,
        };
    }

    private delegate T Part<T>(ReadOnlySpan<byte> bytes);

    private static Tensor New(Array values, long[] shape, ScalarType type)
    {
        if (values.Length == 0)
        {
            return zeros(shape, type);
        }

        // The buffer's memory is .NET's own.
        using var borrowed = frombuffer(values, type);
        return borrowed.reshape(shape).clone();
    }

    private static T[] Each<T>(ReadOnlySpan<byte> bytes, int size, Part<T> read)
    {
        var values = new T[bytes.Length / size];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = read(bytes.Slice(i * size, size));
        }

        return values;
    }

    /// <summary>Whole numbers of less than a byte, the first in the low bits, as <paramref name="narrow"/> takes them with their sign.</summary>
    private static T[] Unpacked<T>(OnnxTensor constant, Func<int, T> narrow)
    {
        var bits = constant.Type.Bits()!.Value;
        var isSigned = constant.Type is OnnxType.Int4 or OnnxType.Int2;
        var values = new T[constant.Dims.Aggregate(1L, (product, dim) => product * dim)];
        for (var i = 0; i < values.Length; i++)
        {
            var low = constant.Data.Span[i * bits / 8] >> (i * bits % 8) << (32 - bits);
            values[i] = narrow(isSigned ? low >> (32 - bits) : (int)((uint)low >> (32 - bits)));
        }

        return values;
    }
}
