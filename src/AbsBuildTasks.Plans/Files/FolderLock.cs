namespace AbsBuildTasks.Plans.Files;

/// <summary>Holds a folder for one process at a time; the operating system lets go of it when the process ends, however it ends.</summary>
internal static class FolderLock
{
    private const string FileName = "lock";
    private const int PauseMilliseconds = 50;

    /// <summary>Takes hold of a folder, which is made where missing.</summary>
    /// <param name="folder">The folder; its file <c>lock</c> stands for it.</param>
    /// <param name="patience">How long to wait for another process.</param>
    /// <returns>Lets go when it is disposed; null where another process holds the folder.</returns>
    /// <exception cref="IOException">The folder, or its file, cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written.</exception>
    public static IDisposable? TryTake(string folder, TimeSpan patience)
    {
        OwnFolder.RequireNoLink(folder);
        for (var waited = TimeSpan.Zero; ; waited += TimeSpan.FromMilliseconds(PauseMilliseconds))
        {
            var taken = FileLock.TryAlone(Path.Combine(folder, FileName));
            if (taken is not null || waited >= patience)
            {
                return taken;
            }

            Thread.Sleep(PauseMilliseconds);
        }
    }
}
