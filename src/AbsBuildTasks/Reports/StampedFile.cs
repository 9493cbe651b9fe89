using System.Text;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Reports;

/// <summary>A file whose last line, a comment, says what it was made from: so it need not be made to see that it is current.</summary>
internal static class StampedFile
{
    /// <summary>Whether a file exists and has a stamp.</summary>
    public static bool IsCurrent(string path, string stamp)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        var line = Encoding.ASCII.GetBytes(Line(stamp));
        var end = new byte[line.Length];
        using var stream = OrdinaryFile.Open(path);
        if (stream.Length < line.Length)
        {
            return false;
        }

        stream.Seek(-line.Length, SeekOrigin.End);
        return stream.Read(end, 0, end.Length) == end.Length && end.SequenceEqual(line);
    }

    /// <summary>Writes a file of HTML, SVG or Markdown.</summary>
    /// <param name="path">The file; its folder is created where missing.</param>
    /// <param name="text">The text, which ends in LF.</param>
    /// <param name="stamp">Letters and digits.</param>
    public static void Write(string path, string text, string stamp) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(text + Line(stamp)));

    private static string Line(string stamp) => $"<!-- {stamp} -->\n";
}
