namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>Bytes in memory, more of them than one array can have.</summary>
/// <param name="chunkBytes">The size of the arrays that hold them.</param>
internal sealed class ChunkedBytes(int chunkBytes = ChunkedBytes.UsualChunk)
{
    /// <summary>Small beside a network, and large beside what an array costs.</summary>
    public const int UsualChunk = 1 << 20;

    private readonly List<byte[]> _chunks = [];

    /// <summary>How many there are.</summary>
    public long Length { get; private set; }

    /// <summary>Adds bytes at the end.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (Length == (long)_chunks.Count * chunkBytes)
            {
                _chunks.Add(new byte[chunkBytes]);
            }

            var free = From(Length);
            var count = Math.Min(bytes.Length, free.Length);
            bytes[..count].CopyTo(free);
            bytes = bytes[count..];
            Length += count;
        }
    }

    /// <summary>Copies bytes from a position on: as many as are wanted, or as there are.</summary>
    /// <returns>How many.</returns>
    public int Read(long position, Span<byte> bytes)
    {
        var wanted = (int)Math.Min(bytes.Length, Length - position);
        for (var done = 0; done < wanted;)
        {
            var chunk = From(position + done);
            var count = Math.Min(chunk.Length, wanted - done);
            chunk[..count].CopyTo(bytes[done..]);
            done += count;
        }

        return wanted;
    }

    private Span<byte> From(long position) => _chunks[(int)(position / chunkBytes)].AsSpan((int)(position % chunkBytes));
}
