using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>Held by the one build of this machine that searches for a fingerprint's plan.</summary>
internal sealed class SearchLock : IDisposable
{
    private const int PauseMilliseconds = 200;

    private readonly CacheFolder _folder;
    private readonly CacheLock _cache;
    private readonly string _file;
    private readonly IDisposable? _held;

    /// <summary>Waits for the lock.</summary>
    /// <param name="folder">The cache. Where it cannot be written, nothing keeps others from searching.</param>
    /// <param name="cache">The cache's lock.</param>
    /// <param name="fingerprint">The fingerprint.</param>
    /// <param name="waiting">Told, at most once, that another build holds the lock.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public SearchLock(CacheFolder folder, CacheLock cache, string fingerprint, Action waiting, CancellationToken cancellation)
    {
        (_folder, _cache, _file) = (folder, cache, folder.SearchLockFile(fingerprint));
        for (var isTold = false; !TryHold(out _held); isTold = true)
        {
            if (!isTold)
            {
                waiting();
            }

            cancellation.WaitHandle.WaitOne(PauseMilliseconds);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Removes the files of locks that nobody holds, under the cache's lock.</summary>
    public static void RemoveFree(CacheFolder folder)
    {
        foreach (var file in folder.SearchLocks().ToArray())
        {
            if (IsFree(file))
            {
                CacheFolder.TryDelete(file);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_held is null)
        {
            return;
        }

        using var alone = _cache.TryOwn();
        _held.Dispose();
        if (alone is not null)
        {
            CacheFolder.TryDelete(_file);
        }
    }

    private static bool IsFree(string file)
    {
        try
        {
            using var held = FileLock.TryAlone(file);
            return held is not null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool TryHold(out IDisposable? held)
    {
        try
        {
            _folder.Mark();
        }
        catch (Exception error) when (error is AbsException or IOException or UnauthorizedAccessException)
        {
            held = null;
            return true;
        }

        // Lock files are removed by who owns the cache's lock: without a share, one could be taken that was just removed.
        using var share = _cache.Share();
        try
        {
            held = FileLock.TryAlone(_file);
            return held is not null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            held = null;
            return true;
        }
    }
}
