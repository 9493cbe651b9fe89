using System.Runtime.InteropServices;

namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>Takes bytes into memory that no garbage collection knows of.</summary>
internal sealed unsafe class NativeBytes : Stream
{
    private const int UsualPart = 1 << 24;

    private readonly int _partBytes;
    private readonly List<nint> _parts = [];
    private long _length;

    /// <summary>Takes no memory yet.</summary>
    /// <param name="partBytes">The size of the pieces that it takes.</param>
    public NativeBytes(int partBytes = UsualPart) => _partBytes = partBytes;

    /// <summary>Frees the memory also where nobody did.</summary>
    ~NativeBytes() => Free();

    /// <summary>How many pieces there are.</summary>
    public int Parts => _parts.Count;

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => _length;

    /// <inheritdoc />
    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>The bytes of a piece. Allocates nothing.</summary>
    public ReadOnlySpan<byte> Part(int number) => new((void*)_parts[number], (int)Math.Min(_partBytes, _length - ((long)number * _partBytes)));

    /// <inheritdoc />
    /// <exception cref="OutOfMemoryException">There is no more memory.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var used = (int)(_length % _partBytes);
            if (used == 0)
            {
                _parts.Add((nint)NativeMemory.Alloc((nuint)_partBytes));
            }

            var count = Math.Min(buffer.Length, _partBytes - used);
            buffer[..count].CopyTo(new Span<byte>((byte*)_parts[^1] + used, count));
            buffer = buffer[count..];
            _length += count;
        }
    }

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        Free();
        base.Dispose(disposing);
    }

    private void Free()
    {
        foreach (var part in _parts)
        {
            NativeMemory.Free((void*)part);
        }

        _parts.Clear();
        _length = 0;
    }
}
