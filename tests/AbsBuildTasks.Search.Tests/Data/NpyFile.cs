using System.Buffers.Binary;
using System.Text;

namespace AbsBuildTasks.Search.Tests.Data;

/// <summary>Writes arrays as NumPy does.</summary>
internal static class NpyFile
{
    public static byte[] Of(string type, string shape, byte[] numbers, bool fortran = false, byte version = 1) =>
        Raw($"{{'descr': '{type}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}", numbers, version);

    public static byte[] Raw(string header, byte[] numbers, byte version = 1)
    {
        var sizeBytes = version == 1 ? 2 : 4;
        var unpadded = 8 + sizeBytes + header.Length + 1;
        var text = header + new string(' ', (64 - (unpadded % 64)) % 64) + "\n";
        var size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. size[..sizeBytes], .. Encoding.Latin1.GetBytes(text), .. numbers];
    }
}
