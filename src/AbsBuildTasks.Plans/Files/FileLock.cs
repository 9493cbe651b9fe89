namespace AbsBuildTasks.Plans.Files;

/// <summary>Locks between processes: an open file, which the operating system closes when its process ends in any way.</summary>
internal static class FileLock
{
    // Another process has the file open, as Windows, Linux, and the BSDs with macOS put it.
    private static readonly int[] Held = [unchecked((int)0x80070020), unchecked((int)0x80070021), 11, 35];

    /// <summary>Takes a lock that nobody else has at the same time.</summary>
    /// <returns>The lock; null where another has it.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be made.</exception>
    public static IDisposable? TryAlone(string file) => TryOpen(file, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Takes a lock that others may share, but nobody has alone.</summary>
    /// <returns>The lock; null where another has it alone.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be made.</exception>
    public static IDisposable? TryShared(string file)
    {
        try
        {
            // For writing, too, which it is not: who opens a pipe only to read it waits for a writer.
            return TryOpen(file, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (UnauthorizedAccessException)
        {
            return TryOpen(file, FileAccess.Read, FileShare.ReadWrite);
        }
    }

    private static FileStream? TryOpen(string file, FileAccess access, FileShare share)
    {
        var folder = Path.GetDirectoryName(file)!;
        Directory.CreateDirectory(folder);
        OwnFolder.RequireNoLink(file);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException error) when (Array.IndexOf(Held, error.HResult) >= 0)
        {
            return null;
        }
    }
}
