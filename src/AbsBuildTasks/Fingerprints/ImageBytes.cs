namespace AbsBuildTasks.Fingerprints;

/// <summary>Reads numbers of a file that may be damaged.</summary>
/// <param name="content">The whole file.</param>
internal sealed class ImageBytes(byte[] content)
{
    /// <exception cref="BadImageFormatException">The place is outside the file.</exception>
    public byte Byte(long offset) => content[At(offset, 1)];

    /// <exception cref="BadImageFormatException">The place is outside the file.</exception>
    public ushort UInt16(long offset) => BitConverter.ToUInt16(content, At(offset, sizeof(ushort)));

    /// <exception cref="BadImageFormatException">The place is outside the file.</exception>
    public uint UInt32(long offset) => BitConverter.ToUInt32(content, At(offset, sizeof(uint)));

    /// <exception cref="BadImageFormatException">The place is outside the file.</exception>
    public ulong UInt64(long offset) => BitConverter.ToUInt64(content, At(offset, sizeof(ulong)));

    /// <summary>Sets a range to zero.</summary>
    /// <exception cref="BadImageFormatException">The range is outside the file.</exception>
    public void Clear(long offset, long length) => Array.Clear(content, At(offset, length), (int)length);

    /// <summary>Overwrites a number.</summary>
    /// <exception cref="BadImageFormatException">The place is outside the file.</exception>
    public void Set(long offset, uint value) => BitConverter.GetBytes(value).CopyTo(content, At(offset, sizeof(uint)));

    /// <summary>Copies a range to the end of a stream.</summary>
    /// <exception cref="BadImageFormatException">The range is outside the file.</exception>
    public void CopyTo(Stream target, long offset, long length) => target.Write(content, At(offset, length), (int)length);

    private int At(long offset, long length) => offset >= 0 && length >= 0 && offset + length <= content.Length
        ? (int)offset
        : throw new BadImageFormatException();
}
