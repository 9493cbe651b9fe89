using System.Security.Cryptography;

namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>Tells whether a state is as it was, at the cost of no copy.</summary>
internal static class StateHash
{
    /// <summary>SHA-256 over a state as it is now, in hexadecimal digits.</summary>
    /// <param name="exchange">Writes the state.</param>
    public static string Of(Action<StateStream> exchange)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var state = new StateStream(new HashedStream(hash));
        exchange(state);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Takes bytes where they lie; a <see cref="CryptoStream"/> copies them.</summary>
    private sealed class HashedStream(IncrementalHash hash) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override void Write(ReadOnlySpan<byte> buffer) => hash.AppendData(buffer);

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
