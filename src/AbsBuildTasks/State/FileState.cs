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

    /// <summary>Length and time, a tab between them.</summary>
    public override string ToString() => Length.ToString(CultureInfo.InvariantCulture) + "\t" + Written.Ticks.ToString(CultureInfo.InvariantCulture);
}
