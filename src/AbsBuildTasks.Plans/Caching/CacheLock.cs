using System.Diagnostics;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>Keeps those who remove entries apart from those who read and write them.</summary>
/// <remarks>
/// Readers and writers of all processes hold it together, and so may see a content vanish only where they could take
/// no lock: in a folder that must not be written, or next to a process that stopped in the middle.
/// </remarks>
internal sealed class CacheLock(CacheFolder folder)
{
    private const int PauseMilliseconds = 20;

    // Removing takes a fraction of a second: whoever has the lock for longer is stuck, and a build does not wait for that.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Waits for those who remove.</summary>
    /// <returns>The lock; null where there can be none.</returns>
    public IDisposable? Share() => Wait(FileLock.TryShared);

    /// <summary>Waits for everybody else.</summary>
    /// <returns>The lock; null where others go on using the cache.</returns>
    public IDisposable? Own() => Wait(FileLock.TryAlone);

    /// <summary>Takes the lock where nobody has it.</summary>
    public IDisposable? TryOwn() => Try(FileLock.TryAlone, out _);

    private IDisposable? Wait(Func<string, IDisposable?> take)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (Try(take, out var canBeLocked) is { } held)
            {
                return held;
            }

            if (!canBeLocked || clock.Elapsed > Patience)
            {
                return null;
            }

            Thread.Sleep(PauseMilliseconds);
        }
    }

    private IDisposable? Try(Func<string, IDisposable?> take, out bool canBeLocked)
    {
        canBeLocked = true;
        try
        {
            return take(folder.LockFile);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            canBeLocked = false;
            return null;
        }
    }
}
