using System.Text;

namespace AbsBuildTasks.Plans.Files;

/// <summary>Reads files that anybody may have put where they are: ordinary ones, and nothing else that looks like a file.</summary>
/// <remarks>
/// Who opens a pipe waits until somebody writes to it, and a device such as <c>/dev/zero</c> never ends. Neither has a
/// length, so what has none is not opened, and reads as empty.
/// </remarks>
public static class OrdinaryFile
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

    /// <summary>Reads the lines of a file of UTF-8.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string[] ReadAllLines(string path) => Length(path) > 0 ? File.ReadAllLines(path, Encoding.UTF8) : [];
}
