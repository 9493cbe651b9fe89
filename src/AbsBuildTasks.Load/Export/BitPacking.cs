namespace AbsBuildTasks.Search.Export;

/// <summary>Stores integers in as many bits as they need, low bits first, without gaps.</summary>
internal static class BitPacking
{
    /// <summary>The bytes that a number of integers take.</summary>
    public static long Length(long count, int bits) => checked((count * bits) + 7) / 8;

    /// <summary>Packs the low bits of each integer; negative ones in two's complement.</summary>
    public static byte[] Pack(ReadOnlySpan<int> values, int bits)
    {
        var packed = new byte[Length(values.Length, bits)];
        var position = 0L;
        foreach (var value in values)
        {
            for (var bit = 0; bit < bits; bit++, position++)
            {
                packed[position >> 3] |= (byte)(((value >> bit) & 1) << (int)(position & 7));
            }
        }

        return packed;
    }

    /// <summary>The reverse of <see cref="Pack"/>.</summary>
    /// <param name="packed">At least <see cref="Length"/> bytes.</param>
    /// <param name="count">How many integers.</param>
    /// <param name="bits">Bits of each, 1 to 31.</param>
    /// <param name="signed">Whether the highest bit is a sign.</param>
    public static int[] Unpack(ReadOnlySpan<byte> packed, int count, int bits, bool signed)
    {
        var values = new int[count];
        var position = 0L;
        for (var i = 0; i < count; i++)
        {
            var value = 0;
            for (var bit = 0; bit < bits; bit++, position++)
            {
                value |= ((packed[(int)(position >> 3)] >> (int)(position & 7)) & 1) << bit;
            }

            values[i] = signed ? value << (32 - bits) >> (32 - bits) : value;
        }

        return values;
    }
}
