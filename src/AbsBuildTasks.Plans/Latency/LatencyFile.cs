using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Plans.Latency;

/// <summary>Latency tables on disk: UTF-8 with LF between lines and one at the end.</summary>
internal static class LatencyFile
{
    /// <summary>Reads a table; a byte order mark and CRLF are accepted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sourceName">What the file is called in messages.</param>
    /// <exception cref="AbsException">ABS1042: the file is not a table.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LatencyTable Read(string path, string sourceName) => OrdinaryFile.ReadTextAtMost(path, LatencyJson.MaxLength) is { Length: > 0 } text
        ? LatencyJson.Read(text.TrimStart('\uFEFF'), sourceName)
        : throw new AbsException(AbsCodes.InvalidLatencyTable, new SourcePlace(sourceName), "the file is empty, too large, or no ordinary file. Restore the table from version control, or write it anew with 'abs profile'.");

    /// <summary>Writes a table atomically.</summary>
    /// <param name="path">The file; its folder is created where missing.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, LatencyTable table) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(LatencyJson.Write(table)));
}
