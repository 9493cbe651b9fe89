using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>Plans on disk: UTF-8 with LF between lines and none at the end.</summary>
internal static class PlanFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a plan; a byte order mark and CRLF are accepted.</summary>
    /// <exception cref="AbsException">ABS4003: the file is not a plan.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PlanSource Read(string path) => Read(path, path);

    /// <summary>Reads a plan; a byte order mark and CRLF are accepted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sourceName">What the file is called in messages.</param>
    /// <exception cref="AbsException">ABS4003: the file is not a plan.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PlanSource Read(string path, string sourceName) => Read(OrdinaryFile.ReadAtMost(path, PlanJson.MaxLength), sourceName);

    /// <summary>Reads a plan from a file's content; a byte order mark and CRLF are accepted.</summary>
    /// <param name="content">The content; null where it is longer than a plan may be.</param>
    /// <param name="sourceName">What it is called in messages.</param>
    /// <exception cref="AbsException">ABS4003: the content is not a plan.</exception>
    public static PlanSource Read(byte[]? content, string sourceName)
    {
        if (content is null)
        {
            throw new AbsException(AbsCodes.InvalidPlan, new SourcePlace(sourceName), "the file is too large to be a plan. Delete it and accept a new plan.");
        }

        if (content.Length == 0)
        {
            throw new AbsException(AbsCodes.InvalidPlan, new SourcePlace(sourceName), "the file is empty, or is no ordinary file but a pipe or a device. Restore it from version control, or delete it and accept a new plan.");
        }

        try
        {
            return PlanSource.Read(Strict.GetString(content).TrimStart('\uFEFF'), sourceName);
        }
        catch (DecoderFallbackException error)
        {
            throw new AbsException(AbsCodes.InvalidPlan, new SourcePlace(sourceName), "the file is not UTF-8. Save it as UTF-8, or delete it and accept a new plan.", error);
        }
    }

    /// <summary>Writes a plan atomically.</summary>
    /// <param name="path">The file; its folder is created where missing.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="byteOrderMark">Whether the file begins with one, as snapshots do.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, CompressionPlan plan, bool byteOrderMark = false)
    {
        var text = Strict.GetBytes(PlanJson.Write(plan));
        AtomicFile.Write(path, byteOrderMark ? [.. Encoding.UTF8.GetPreamble(), .. text] : text);
    }
}
