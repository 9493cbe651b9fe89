using System.Buffers.Binary;
using System.Text;

namespace AbsBuildTasks.Tests.Followers;

/// <summary>An event file as a program reads it that shares no code with the one that writes: TFRecord frames, CRC-32C bit by bit, protobuf fields by their numbers.</summary>
internal static class ReadEvents
{
    /// <summary>The curves of a file: tag, step, value, in the file's order. Fails where anything in it is wrong.</summary>
    public static IReadOnlyList<(string Tag, long Step, float Value)> In(string path)
    {
        var rest = File.ReadAllBytes(path).AsSpan();
        var curves = new List<(string, long, float)>();
        for (var record = 0; rest.Length > 0; record++)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest);
            Assert.Equal(Masked(Checksum(rest[..8])), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            var data = rest.Slice(12, length);
            Assert.Equal(Masked(Checksum(data)), BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + length)..]));
            var fields = Wire.Fields(data.ToArray());
            Assert.True(BitConverter.ToDouble(fields.Single(field => field.Number == 1).Bytes) > 1_700_000_000);
            if (record == 0)
            {
                Assert.Equal("brain.Event:2", Encoding.UTF8.GetString(fields.Single(field => field.Number == 3).Bytes));
            }
            else
            {
                var step = fields.Where(field => field.Number == 2).Sum(field => (long)field.Varint);
                curves.AddRange(Wire.Fields(fields.Single(field => field.Number == 5).Bytes).Select(value => (Wire.Fields(value.Bytes), step)).Select(Value));
            }

            rest = rest[(16 + length)..];
        }

        return curves;
    }

    /// <summary>CRC-32C as RFC 3720 defines it.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (((crc ^ (uint)(each >> bit)) & 1) == 1 ? 0x82F63B78u : 0) ^ (crc >> 1);
            }
        }

        return ~crc;
    }

    /// <summary>As TensorFlow masks it.</summary>
    public static uint Masked(uint crc) => unchecked(uint.RotateRight(crc, 15) + 0xA282EAD8);

    private static (string Tag, long Step, float Value) Value((IReadOnlyList<(int Number, byte[] Bytes, ulong Varint)> Fields, long Step) value) =>
        (Encoding.UTF8.GetString(value.Fields.Single(field => field.Number == 1).Bytes), value.Step, BitConverter.ToSingle(value.Fields.Single(field => field.Number == 2).Bytes));
}
