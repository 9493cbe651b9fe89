using System.Runtime.InteropServices;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Tracing;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.OnnxExport.Graphs;

/// <summary>Turns torch's values into ONNX's and back.</summary>
internal static class TensorBytes
{
    /// <summary>The ONNX type of torch's, or null where ONNX has none that runtimes share.</summary>
    public static OnnxType? TypeOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => OnnxType.Float,
        ScalarType.Float64 => OnnxType.Double,
        ScalarType.Int64 => OnnxType.Int64,
        ScalarType.Int32 => OnnxType.Int32,
        ScalarType.Int16 => OnnxType.Int16,
        ScalarType.Int8 => OnnxType.Int8,
        ScalarType.Byte => OnnxType.UInt8,
        ScalarType.Bool => OnnxType.Bool,
        _ => null,
    };

    /// <summary>A copied tensor as a constant; its type is known to be one of ONNX's.</summary>
    public static OnnxTensor Of(string name, TensorContent content) => new(name, TypeOf(content.Type)!.Value, content.Shape, content.Bytes);

    /// <summary>A scalar of a type.</summary>
    public static OnnxTensor Scalar(string name, double value, OnnxType type) => new(name, type, [], type switch
    {
        OnnxType.Float => BitConverter.GetBytes((float)value),
        OnnxType.Double => BitConverter.GetBytes(value),
        OnnxType.Int64 => BitConverter.GetBytes((long)value),
        OnnxType.Int32 => BitConverter.GetBytes((int)value),
        OnnxType.Int16 => BitConverter.GetBytes((short)value),
        OnnxType.Int8 => [(byte)(sbyte)value],
        OnnxType.UInt8 => [(byte)value],
        OnnxType.Bool => [(byte)(value != 0 ? 1 : 0)],
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    });

    /// <summary>The values of a tensor of 64-bit whole numbers.</summary>
    public static long[] Integers(OnnxTensor tensor) => MemoryMarshal.Cast<byte, long>(tensor.Data.Span).ToArray();

    /// <summary>The values of a tensor of 32-bit floating point.</summary>
    public static float[] Floats(OnnxTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();
}
