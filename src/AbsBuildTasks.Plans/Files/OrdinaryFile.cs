using System.Text;

namespace AbsBuildTasks.Plans.Files;

/// <summary>Reads files that anybody may have put where they are: ordinary ones, and nothing else that looks like a file.</summary>
/// <remarks>
/// Who opens a pipe waits until somebody writes to it, and a device such as <c>/dev/zero</c> never ends. Neither has a
/// length, so what has none is not opened, and reads as empty.
/// </remarks>
internal static class OrdinaryFile
{
    /// <summary>Bytes of a file, of a link those of what it leads to. None of a pipe, a device or a socket.</summary>
    /// <exception cref="IOException">There is no such file.</exception>
    public static long Length(string path) => new FileInfo(FileLink.Target(path) ?? path).Length;

    /// <summary>Opens a file to read it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="share">What others may do with it meanwhile.</param>
    /// <returns>Its content; an empty stream where it has no length.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Stream Open(string path, FileShare share = FileShare.Read) =>
        Length(path) > 0 ? new FileStream(path, FileMode.Open, FileAccess.Read, share) : new MemoryStream([], writable: false);

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] ReadAllBytes(string path) => Length(path) > 0 ? File.ReadAllBytes(path) : [];

    /// <summary>Reads a whole file of UTF-8.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string ReadAllText(string path) => Length(path) > 0 ? File.ReadAllText(path, Encoding.UTF8) : "";

    /// <summary>Reads a whole file, unless it is too long.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">Bytes that it may have. They are counted as they are read: what a file says of its length need not hold.</param>
    /// <returns>Its content; null where it goes on after that.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[]? ReadAtMost(string path, int most)
    {
        if (Length(path) > most)
        {
            return null;
        }

        using var stream = Open(path);
        return ReadAtMost(stream, most);
    }

    /// <inheritdoc cref="ReadAtMost(string, int)" />
    /// <summary>Reads a whole file of UTF-8, unless it is too long.</summary>
    public static string? ReadTextAtMost(string path, int most) => ReadAtMost(path, most) is { } bytes ? Text(bytes) : null;

    /// <summary>Reads a stream to its end, unless it is too long.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="most">Bytes that it may have.</param>
    /// <returns>Its content; null where it goes on after that.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[]? ReadAtMost(Stream stream, int most)
    {
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (stream.Read(buffer, 0, (int)Math.Min(buffer.Length, most + 1L - content.Length)) is var read and > 0)
        {
            content.Write(buffer, 0, read);
            if (content.Length > most)
            {
                return null;
            }
        }

        return content.ToArray();
    }

    // As File.ReadAllText does, with a byte order mark or without.
    private static string Text(byte[] bytes)
    {
        using var reader = new StreamReader(new MemoryStream(bytes), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Reads the lines of a file of UTF-8.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string[] ReadAllLines(string path) => Length(path) > 0 ? File.ReadAllLines(path, Encoding.UTF8) : [];
}
