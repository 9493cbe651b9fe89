using AbsBuildTasks.Search.Export;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Export;

public class BitPackingTests
{
    [Property]
    public bool Unpacking_reverses_packing(int[] values, byte width, bool signed)
    {
        var bits = 1 + (width % 16);
        var expected = values.Select(value => signed ? value << (32 - bits) >> (32 - bits) : value & ((1 << bits) - 1)).ToArray();
        var packed = BitPacking.Pack(values, bits);
        return packed.Length == BitPacking.Length(values.Length, bits) && BitPacking.Unpack(packed, values.Length, bits, signed).SequenceEqual(expected);
    }

    [Fact]
    public void Low_bits_come_first() => Assert.Equal([0b_11_01_10_00, 0b_01], BitPacking.Pack([0, 2, 1, 3, 1], 2));
}
