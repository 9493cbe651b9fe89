namespace AbsBuildTasks.Plans.Files;

/// <summary>Holds a folder for one process at a time; the operating system lets go of it when the process ends, however it ends.</summary>
public sealed class FolderLock : IDisposable
{
    private const string FileName = "lock";
    private const int PauseMilliseconds = 50;

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes hold of a folder, which is made where missing.</summary>
    /// <param name="folder">The folder; its file <c>lock</c> stands for it.</param>
    /// <param name="patience">How long to wait for another process.</param>
    /// <returns>Lets go when it is disposed; null where another process holds the folder.</returns>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written.</exception>
    public static FolderLock? TryTake(string folder, TimeSpan patience)
    {
        Directory.CreateDirectory(folder);
        for (var waited = TimeSpan.Zero; ; waited += TimeSpan.FromMilliseconds(PauseMilliseconds))
        {
            try
            {
                return new FolderLock(new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (waited < patience)
            {
                Thread.Sleep(PauseMilliseconds);
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
