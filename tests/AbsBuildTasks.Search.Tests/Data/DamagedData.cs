using AbsBuildTasks.Plans.Errors;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Data;

/// <summary>What readers must do with damaged files.</summary>
internal static class DamagedData
{
    private const long MostAllocated = 4 << 20;

    /// <summary>Reads every truncation of a file.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="read">Writes a content to a file and reads it; null if it was refused.</param>
    /// <param name="accept">Decides over what was read all the same.</param>
    public static void Truncate<T>(byte[] content, Func<byte[], T> read, Func<int, T, bool>? accept = null)
    {
        for (var length = 0; length < content.Length; length++)
        {
            Check(length, () => read(content[..length]), accept);
        }
    }

    /// <summary>Reads a file with every other value of each of its first bytes.</summary>
    public static void Corrupt<T>(byte[] content, int count, Func<byte[], T> read, Func<int, T, bool>? accept = null)
    {
        for (var at = 0; at < count; at++)
        {
            foreach (var change in new byte[] { 0x01, 0x02, 0x10, 0x20, 0x80, 0xFF })
            {
                var damaged = (byte[])content.Clone();
                damaged[at] ^= change;
                Check(at, () => read(damaged), accept);
            }
        }
    }

    /// <summary>The failure of a reader: its code is one of data, and its message one line that names the file.</summary>
    public static AbsException Refused<T>(Func<T> read, params string[] parts)
    {
        var failure = Assert.Throws<AbsException>(() => _ = read());
        Assert.StartsWith("ABS2", failure.Code, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.EndsWith(".", failure.Message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, failure.Message, StringComparison.Ordinal));
        return failure;
    }

    private static void Check<T>(int at, Func<T> read, Func<int, T, bool>? accept)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var value = read();
            Assert.True(accept?.Invoke(at, value) == true, $"Damage at byte {at} went unnoticed.");
        }
        catch (AbsException failure)
        {
            Assert.StartsWith("ABS2", failure.Code, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', failure.Message);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
    }
}
