using System.Buffers.Binary;
using System.Text;

namespace AbsBuildTasks.Search.Tests.Native;

/// <summary>A small shared library with nothing but version needs, laid out as a linker would.</summary>
internal static class SmallElf
{
    private const int ProgramHeaders = 64;
    private const int Dynamic = ProgramHeaders + (2 * 56);
    private const int Needs = Dynamic + (4 * 16);
    private const ulong Base = 0x1000;

    /// <summary>Makes the library.</summary>
    /// <param name="needs">Libraries with the versions asked of them.</param>
    public static byte[] Create(params (string Library, string[] Versions)[] needs)
    {
        var strings = new List<byte> { 0 };
        var needsSize = needs.Sum(need => 16 * (1 + need.Versions.Length));
        var table = new byte[needsSize];
        var at = 0;
        for (var i = 0; i < needs.Length; i++)
        {
            var (library, versions) = needs[i];
            var size = 16 * (1 + versions.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(table.AsSpan(at), 1);
            BinaryPrimitives.WriteUInt16LittleEndian(table.AsSpan(at + 2), (ushort)versions.Length);
            Write(table, at + 4, Add(strings, library));
            Write(table, at + 8, 16);
            Write(table, at + 12, (uint)(i == needs.Length - 1 ? 0 : size));
            for (var j = 0; j < versions.Length; j++)
            {
                var entry = at + (16 * (1 + j));
                Write(table, entry + 8, Add(strings, versions[j]));
                Write(table, entry + 12, (uint)(j == versions.Length - 1 ? 0 : 16));
            }

            at += size;
        }

        var image = new byte[Needs + needsSize + strings.Count];
        byte[] identity = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(image, 0);
        Write(image, 32, ProgramHeaders, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(54), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(56), 2);
        WriteProgramHeader(image, ProgramHeaders, 1, 0, (ulong)image.Length);
        WriteProgramHeader(image, ProgramHeaders + 56, 2, Dynamic, 4 * 16);
        WriteDynamic(image, 0, 5, Base + Needs + (ulong)needsSize);
        WriteDynamic(image, 1, 0x6FFFFFFE, Base + Needs);
        WriteDynamic(image, 2, 0x6FFFFFFF, (ulong)needs.Length);
        table.CopyTo(image, Needs);
        strings.CopyTo(image, Needs + needsSize);
        return image;
    }

    private static uint Add(List<byte> strings, string text)
    {
        var offset = (uint)strings.Count;
        strings.AddRange([.. Encoding.UTF8.GetBytes(text), 0]);
        return offset;
    }

    private static void WriteProgramHeader(byte[] image, int at, uint type, ulong offset, ulong size)
    {
        Write(image, at, type);
        Write(image, at + 8, offset, 0);
        Write(image, at + 16, Base + offset, 0);
        Write(image, at + 32, size, 0);
    }

    private static void WriteDynamic(byte[] image, int index, ulong tag, ulong value)
    {
        Write(image, Dynamic + (16 * index), tag, 0);
        Write(image, Dynamic + (16 * index) + 8, value, 0);
    }

    private static void Write(byte[] bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);

    private static void Write(byte[] bytes, int at, ulong value, int offset) => BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at + offset), value);
}
