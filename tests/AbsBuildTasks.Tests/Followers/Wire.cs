namespace AbsBuildTasks.Tests.Followers;

/// <summary>Protocol buffers as bytes: fields by their numbers alone, so that a test does not read with what wrote.</summary>
internal static class Wire
{
    /// <summary>The fields of a message. <c>Varint</c> is the value of a varint, <c>Bytes</c> what any other field holds.</summary>
    public static IReadOnlyList<(int Number, byte[] Bytes, ulong Varint)> Fields(byte[] message)
    {
        var fields = new List<(int, byte[], ulong)>();
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            var (number, varint, length) = ((int)(key >> 3), 0UL, 0);
            switch (key & 7)
            {
                case 0:
                    varint = Varint(message, ref at);
                    break;
                case 1:
                    length = 8;
                    break;
                case 2:
                    length = (int)Varint(message, ref at);
                    break;
                case 5:
                    length = 4;
                    break;
                default:
                    Assert.Fail($"field {number} has a form that is not known");
                    break;
            }

            fields.Add((number, message[at..(at + length)], varint));
            at += length;
        }

        return fields;
    }

    /// <summary>The messages or bytes at a path of field numbers.</summary>
    public static IEnumerable<byte[]> At(byte[] message, params IEnumerable<int> path) =>
        path.Aggregate((IEnumerable<byte[]>)[message], (found, number) => found.SelectMany(each => Fields(each).Where(field => field.Number == number).Select(field => field.Bytes)));

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            value |= (ulong)(message[at] & 0x7F) << shift;
            if (message[at++] < 0x80)
            {
                return value;
            }
        }
    }
}
