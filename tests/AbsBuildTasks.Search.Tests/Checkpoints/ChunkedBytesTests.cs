using AbsBuildTasks.Search.Checkpoints;
using FsCheck;
using FsCheck.Xunit;

namespace AbsBuildTasks.Search.Tests.Checkpoints;

public class ChunkedBytesTests
{
    [Property]
    public bool Bytes_are_read_in_any_portions_as_they_were_added_in_any(byte[][] portions, PositiveInt chunk, PositiveInt read)
    {
        var bytes = new ChunkedBytes(chunk.Get);
        var written = new ChunkedStream(bytes);
        foreach (var portion in portions)
        {
            written.Write(portion);
        }

        List<byte> all = [];
        var stream = new ChunkedStream(bytes);
        var buffer = new byte[read.Get];
        while (stream.Read(buffer) is var count and > 0)
        {
            all.AddRange(buffer[..count]);
        }

        byte[] expected = [.. portions.SelectMany(portion => portion)];
        return all.SequenceEqual(expected) && (stream.Position, bytes.Length) == (expected.Length, expected.Length);
    }
}
