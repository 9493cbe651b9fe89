namespace AbsBuildTasks.Followers.TensorBoard;

/// <summary>The checksum of records: CRC-32C (Castagnoli), masked, as the CRC of data that holds its own CRC says little.</summary>
/// <remarks>RFC 3720 has the polynomial, tensorflow/core/lib/hash/crc32c.h the mask.</remarks>
internal static class MaskedChecksum
{
    // Reversed, as the lowest bit comes first.
    private const uint Polynomial = 0x82F63B78;
    private const uint MaskDelta = 0xA282EAD8;
    private const int MaskRotation = 15;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value => Shifted((uint)value, 8))];

    /// <summary>The masked checksum of bytes.</summary>
    public static uint Of(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            crc = Table[(crc ^ each) & 0xFF] ^ (crc >> 8);
        }

        crc = ~crc;
        return unchecked(((crc >> MaskRotation) | (crc << (32 - MaskRotation))) + MaskDelta);
    }

    private static uint Shifted(uint value, int bits) => bits == 0 ? value : Shifted((value >> 1) ^ ((value & 1) * Polynomial), bits - 1);
}
