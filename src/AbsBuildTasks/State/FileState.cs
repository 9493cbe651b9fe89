using System.Globalization;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.State;

/// <summary>What tells without reading it that a file is the one it was: its length and when it was written; of a folder, when something came or went.</summary>
/// <remarks>Of a link it is the state of what it leads to, which may change while the link stays as it is.</remarks>
internal readonly struct FileState
{
    private const long NoFile = -1;

    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    private FileState(long length, DateTime written) => (Length, Written) = (length, written);

    /// <summary>Bytes of a file; negative where there is a folder, or nothing.</summary>
    public long Length { get; }

    /// <summary>When it was written, in UTC.</summary>
    public DateTime Written { get; }

    /// <summary>The state at this moment; also of a path where there is nothing.</summary>
    public static FileState Of(string path)
    {
        var file = new FileInfo(path);
        if (file.Exists)
        {
            return (file.Attributes & FileAttributes.ReparsePoint) != 0 && FileLink.Target(path) is { } target ? Of(target) : new(file.Length, file.LastWriteTimeUtc);
        }

        return Directory.Exists(path) ? new(NoFile, Directory.GetLastWriteTimeUtc(FileLink.Target(path) ?? path)) : new(NoFile, default);
    }

    /// <summary>Whether it tells the content: what was written just now could change once more within a clock's tick.</summary>
    /// <param name="now">When the state was taken, in UTC.</param>
    public bool HasSettled(DateTime now) => now - Written >= Settled;

    /// <summary>Whether a part of a text is what <see cref="ToString"/> gives; without making that.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the part begins.</param>
    /// <param name="end">Behind it.</param>
    public bool Is(string text, int start, int end) =>
        Ends(text, start, ref end, Written.Ticks) && end > start && text[--end] == '\t' && Ends(text, start, ref end, Length) && end == start;

    /// <summary>Length and time, a tab between them.</summary>
    public override string ToString() => Length.ToString(CultureInfo.InvariantCulture) + "\t" + Written.Ticks.ToString(CultureInfo.InvariantCulture);

    // The digits from the last to the first, and what stands before them.
    private static bool Ends(string text, int start, ref int end, long number)
    {
        var left = number < 0 ? -number : number;
        do
        {
            if (end <= start || text[--end] != '0' + (int)(left % 10))
            {
                return false;
            }

            left /= 10;
        }
        while (left > 0);
        return number >= 0 || (end > start && text[--end] == '-');
    }
}
