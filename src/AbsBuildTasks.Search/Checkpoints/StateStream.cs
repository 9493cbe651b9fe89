using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>
/// Carries state into a checkpoint or out of one: each method takes the present value, and returns the value to go on
/// with. What is written and what is read so come from the same lines of code.
/// </summary>
/// <remarks>
/// Reading takes nothing on trust: numbers have ranges, texts a longest length, and names, types and shapes are those
/// of the network at hand. Numbers are little-endian.
/// </remarks>
/// <param name="stream">What to write to, or to read from.</param>
/// <param name="end">While reading, the position behind the last byte; null while writing.</param>
internal sealed class StateStream(Stream stream, long? end = null) : IDisposable
{
    private const int LongestText = 1 << 24;

    // Far below the 2 GB that one span can have.
    private const int ChunkBytes = 1 << 26;
    private const int BufferBytes = 1 << 16;

    /// <summary>Whether state is read.</summary>
    public bool IsReading => end is not null;

    /// <summary>What may be left out of what is written; null for nothing.</summary>
    public StartingValues? Start { get; set; }

    private long Left => end is { } last ? last - stream.Position : long.MaxValue;

    /// <summary>A whole number.</summary>
    /// <exception cref="CheckpointException">While reading: out of range, or the stream has ended.</exception>
    public long Integer(long value, long least, long most)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Bytes(bytes);
        var number = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return number >= least && number <= most ? number : throw new CheckpointException($"holds {number} where {least} to {most} is expected");
    }

    /// <inheritdoc cref="Integer(long, long, long)"/>
    public int Integer(int value, int least, int most) => (int)Integer((long)value, least, most);

    /// <summary>A number, to the bit.</summary>
    public double Number(double value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        Bytes(bytes);
        return BinaryPrimitives.ReadDoubleLittleEndian(bytes);
    }

    /// <summary>A yes or no.</summary>
    public bool Flag(bool value) => Integer(value ? 1 : 0, 0, 1) == 1;

    /// <summary>One of some values.</summary>
    public T Choice<T>(T value, IReadOnlyList<T> among) => among[Integer(among.ToList().IndexOf(value), 0, among.Count - 1)];

    /// <summary>A text.</summary>
    /// <exception cref="CheckpointException">While reading: longer than the stream, or not UTF-8.</exception>
    public string Text(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        var length = Integer(bytes.Length, 0, (int)Math.Min(LongestText, Left));
        bytes = IsReading ? new byte[length] : bytes;
        Bytes(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Bytes of any kind and number; while reading, they are added to those given.</summary>
    /// <exception cref="CheckpointException">While reading: longer than the stream.</exception>
    public void Data(ChunkedBytes bytes)
    {
        var length = Integer(bytes.Length, 0, Left);
        var buffer = new byte[Math.Min(length, BufferBytes)];
        for (var done = 0L; done < length; done += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - done));
            if (!IsReading)
            {
                _ = bytes.Read(done, part);
            }

            Bytes(part);
            if (IsReading)
            {
                bytes.Append(part);
            }
        }
    }

    /// <summary>A name of what follows, which must be the same when it is read.</summary>
    public void Name(string name)
    {
        if (Text(name) != name)
        {
            throw new CheckpointException($"has something else where {name} is expected");
        }
    }

    /// <summary>A tensor's values, on any device; its type and shape must be the same when they are read.</summary>
    public void Values(Tensor tensor)
    {
        _ = Integer((long)tensor.dtype, (long)tensor.dtype, (long)tensor.dtype);
        _ = Integer(tensor.dim(), tensor.dim(), tensor.dim());
        foreach (var size in tensor.shape)
        {
            _ = Integer(size, size, size);
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();

        var flat = IsReading ? null : tensor.detach().cpu().contiguous().view(-1);

        // As an optimizer's memory of weights that do not train.
        if (Flag(flat is not null && IsZero(flat)))
        {
            _ = IsReading ? tensor.zero_() : tensor;
            return;
        }

        flat ??= empty(tensor.numel(), tensor.dtype);
        var chunk = ChunkBytes / flat.ElementSize;
        for (var start = 0L; start < flat.shape[0]; start += chunk)
        {
            Bytes(flat.narrow(0, start, Math.Min(chunk, flat.shape[0] - start)).bytes);
        }

        if (IsReading)
        {
            _ = tensor.copy_(flat.view(tensor.shape));
        }
    }

    /// <summary>Whether all bytes are zero, which ends at the first that is not.</summary>
    private static bool IsZero(Tensor flat)
    {
        var chunk = ChunkBytes / flat.ElementSize;
        for (var start = 0L; start < flat.shape[0]; start += chunk)
        {
            if (flat.narrow(0, start, Math.Min(chunk, flat.shape[0] - start)).bytes.ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>While reading, checks that nothing is left.</summary>
    public void End()
    {
        if (IsReading && stream.Position != end)
        {
            throw new CheckpointException("holds more than is expected");
        }
    }

    /// <inheritdoc />
    public void Dispose() => stream.Dispose();

    private void Bytes(Span<byte> bytes)
    {
        if (!IsReading)
        {
            stream.Write(bytes);
            return;
        }

        if (bytes.Length > Left)
        {
            throw new CheckpointException("ends early");
        }

        stream.ReadExactly(bytes);
    }
}
