namespace AbsBuildTasks.Plans.Files;

/// <summary>Writes files so that readers see the old content or the new, and never a part.</summary>
/// <remarks>
/// Content goes to a temporary file <c>.name.guid.tmp</c> in the same folder, which is flushed to the disk and then
/// renamed over the target. A process that dies in between leaves only the temporary file, which nothing reads, and
/// which whoever writes the file a day later removes.
/// </remarks>
internal static class AtomicFile
{
    private const int Attempts = 20;
    private const int PauseMilliseconds = 10;
    private static readonly TimeSpan LongestWrite = TimeSpan.FromDays(1);

    /// <summary>Writes a whole file; its folder is created where missing.</summary>
    /// <exception cref="IOException">The file cannot be written; what was there before still is.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or file must not be written.</exception>
    public static void Write(string path, byte[] content) => Write(path, stream => stream.Write(content, 0, content.Length));

    /// <summary>Writes a whole file from a stream of content; its folder is created where missing.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="write">Writes the content; the target stays untouched where this throws.</param>
    /// <param name="flushToDisk">
    /// Whether the content must outlast a failure of the machine; otherwise only one of the process, at a fraction of the time.
    /// </param>
    /// <exception cref="IOException">The file cannot be written; what was there before still is.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or file must not be written.</exception>
    public static void Write(string path, Action<Stream> write, bool flushToDisk = true)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var temporary = Temporary(path);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk);
            }

            MoveOver(temporary, path);
            RemoveLeftovers(folder, Path.GetFileName(path));
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>A new name beside a file, for content that is to take its place.</summary>
    public static string Temporary(string path) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");

    /// <summary>Renames a file over another of the same volume, which need not exist.</summary>
    /// <exception cref="IOException">The target is a folder, or stays in use.</exception>
    /// <exception cref="UnauthorizedAccessException">The target must not be replaced.</exception>
    public static void MoveOver(string source, string target)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // The target may appear or vanish between the question and the answer: then the next round asks again.
                if (FileLink.Is(target))
                {
                    // Of a link to nothing both ways would fail, and what it leads to is not what is replaced.
                    File.Delete(target);
                }

                if (File.Exists(target))
                {
                    File.Replace(source, target, destinationBackupFileName: null);
                }
                else
                {
                    File.Move(source, target);
                }

                return;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException && attempt < Attempts)
            {
                Thread.Sleep(PauseMilliseconds);
            }
        }
    }

    private static void RemoveLeftovers(string folder, string name)
    {
        foreach (var leftover in Directory.GetFiles(folder, $".{name}.*.tmp").Where(file => DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > LongestWrite))
        {
            try
            {
                File.Delete(leftover);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Another process did, or will.
            }
        }
    }
}
