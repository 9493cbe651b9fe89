using Google.Protobuf;

namespace AbsBuildTasks.Followers.TensorBoard;

/// <summary>The records of an event file (TFRecord): length, its checksum, the event, and the checksum of that; numbers have their lowest byte first.</summary>
internal static class EventRecords
{
    private const int LengthBytes = 8;
    private const int ChecksumBytes = 4;

    /// <summary>An event as a record.</summary>
    public static byte[] Write(Event written)
    {
        var data = written.ToByteArray();
        var length = LowestFirst((ulong)data.Length, LengthBytes);
        return [.. length, .. LowestFirst(MaskedChecksum.Of(length), ChecksumBytes), .. data, .. LowestFirst(MaskedChecksum.Of(data), ChecksumBytes)];
    }

    /// <summary>The events up to the first record that is not whole: a build that was killed may have left a part of one.</summary>
    /// <param name="content">The file.</param>
    /// <param name="isWhole">Whether that is all of it.</param>
    public static IReadOnlyList<Event> Read(byte[] content, out bool isWhole)
    {
        var events = new List<Event>();
        var start = 0;
        while (TryRead(content, start, out var end) is { } read)
        {
            events.Add(read);
            start = end;
        }

        isWhole = start == content.Length;
        return events;
    }

    private static Event? TryRead(byte[] content, int start, out int end)
    {
        end = start;
        var dataStart = start + LengthBytes + ChecksumBytes;
        if (dataStart > content.Length || !HasChecksum(content, start, LengthBytes))
        {
            return null;
        }

        var length = Number(content, start, LengthBytes);
        if (length > (ulong)Math.Max(0, content.Length - dataStart - ChecksumBytes) || !HasChecksum(content, dataStart, (int)length))
        {
            return null;
        }

        try
        {
            end = dataStart + (int)length + ChecksumBytes;
            return Event.Parser.ParseFrom(content, dataStart, (int)length);
        }
        catch (InvalidProtocolBufferException)
        {
            end = start;
            return null;
        }
    }

    private static bool HasChecksum(byte[] content, int start, int length) =>
        Number(content, start + length, ChecksumBytes) == MaskedChecksum.Of([.. content.Skip(start).Take(length)]);

    private static byte[] LowestFirst(ulong number, int count) => [.. Enumerable.Range(0, count).Select(index => (byte)(number >> (8 * index)))];

    private static ulong Number(byte[] content, int start, int count) =>
        Enumerable.Range(0, count).Aggregate(0UL, (number, index) => number | ((ulong)content[start + index] << (8 * index)));
}
