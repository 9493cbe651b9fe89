using System.Runtime.InteropServices;
using System.Text;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>
/// Finished searches on this machine, by fingerprint: <c>ac/ab/ab…</c> names the files of a search, and
/// <c>cas/cd/cd…</c> holds contents by their hash.
/// </summary>
/// <remarks>Any number of processes may read, write and remove at once. Nothing in the folder is trusted when it is read.</remarks>
internal sealed class PlanCache
{
    /// <summary>Bytes a cache holds at most, unless said otherwise: 4 GB.</summary>
    public const long DefaultSize = 4L << 30;

    private readonly CacheFolder _folder;
    private readonly CacheLock _lock;
    private readonly ContentStore _contents;
    private readonly long _size;

    /// <summary>Uses a folder as cache.</summary>
    /// <param name="directory">The folder; created by the first write.</param>
    /// <param name="size">Bytes it holds at most. What was used least recently goes first.</param>
    public PlanCache(string directory, long size = DefaultSize)
    {
        _folder = new(directory);
        _lock = new(_folder);
        _contents = new(_folder);
        _size = size;
    }

    /// <summary>
    /// <c>abs-build-tasks</c> in the user's cache folder: <c>$XDG_CACHE_HOME</c> or <c>~/.cache</c>, and on Windows the
    /// local application data.
    /// </summary>
    public static string DefaultDirectory
    {
        get
        {
            const string folder = "abs-build-tasks";
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            {
                return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), folder);
            }

            // The XDG base directory specification: a relative path is to be ignored.
            var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            return string.IsNullOrEmpty(cache) || !Path.IsPathRooted(cache)
                ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", folder)
                : Path.Combine(cache, folder);
        }
    }

    /// <summary>Copies the files of a search out of the cache.</summary>
    /// <param name="fingerprint">The search's fingerprint.</param>
    /// <param name="model">The model that was searched.</param>
    /// <param name="outputDirectory">Receives the files; created where missing. Untouched by a miss.</param>
    /// <param name="warning">
    /// Says that an entry was damaged and has been removed (ABS5001), or that the folder is not a cache, and is left as it is (ABS5004);
    /// that counts as a miss.
    /// </param>
    /// <param name="alone">The one file that is meant; null for a plan and what lies beside it.</param>
    /// <returns>Whether the cache has the search.</returns>
    /// <exception cref="ArgumentException">The fingerprint is not one.</exception>
    /// <exception cref="IOException">The output folder cannot be written.</exception>
    public bool TryGet(string fingerprint, string model, string outputDirectory, out CacheWarning? warning, ResultFile? alone = null)
    {
        warning = null;
        var entryFile = _folder.EntryFile(Checked(fingerprint));
        try
        {
            _folder.RequireUsable();
        }
        catch (AbsException error)
        {
            warning = new(error.Code, error.Message);
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be looked into has nothing, and whoever stores a plan there is told.
            return false;
        }

        if (!File.Exists(entryFile))
        {
            return false;
        }

        using var share = _lock.Share();
        if (!File.Exists(entryFile))
        {
            return false;
        }

        using var staging = new StagingFolder(outputDirectory);
        try
        {
            foreach (var file in CacheEntry.Load(entryFile).Files)
            {
                _contents.Extract(file, staging.File(file.Name));
            }

            if (staging.Problem(model, fingerprint, alone) is { } problem)
            {
                throw new CacheEntryException(problem);
            }
        }
        catch (CacheEntryException error)
        {
            CacheFolder.TryDelete(entryFile);
            warning = new(AbsCodes.CacheEntryCorrupt, $"The cache entry {fingerprint} was damaged and has been removed: {error.Message}. It counts as a miss.");
            return false;
        }

        staging.MoveOut(model, alone);
        MarkUsed(entryFile);
        return true;
    }

    /// <summary>Stores the files of a search; where the cache has it already, it is replaced.</summary>
    /// <param name="fingerprint">The search's fingerprint.</param>
    /// <param name="files">Full paths of the files; their names end as <see cref="ResultFile"/> lists, one as a plan.</param>
    /// <exception cref="ArgumentException">The fingerprint is not one, or a file is not one a cache may hold.</exception>
    /// <exception cref="AbsException">
    /// ABS5003: the cache cannot be written, or a file cannot be read. ABS5004: the folder is neither a cache nor empty, and is left as it is.
    /// </exception>
    public void Put(string fingerprint, IReadOnlyList<string> files)
    {
        var entryFile = _folder.EntryFile(Checked(fingerprint));
        if (files.Select(Path.GetFileName).FirstOrDefault(name => !ResultFile.IsAllowed(name)) is { } other)
        {
            throw new ArgumentException($"A cache may not hold '{Printable.Escape(other)}'.", nameof(files));
        }

        try
        {
            _folder.Mark();
            using (_lock.Share())
            {
                // Contents first: an entry never names one that is not there yet.
                var entry = new CacheEntry([.. files.Select(_contents.Store)]);
                AtomicFile.Write(entryFile, Encoding.UTF8.GetBytes(entry.Write()));
            }

            // Where another build is busy with the cache, that one or the next trims it.
            using var alone = _lock.TryOwn();
            if (alone is not null)
            {
                CacheTrimmer.Trim(_folder, _size);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AbsException(AbsCodes.CacheNotWritable, $"The cache {Printable.Escape(_folder.Directory)} cannot be written: {Printable.Escape(error.Message)} Set AbsCacheDirectory to a folder that can.", error);
        }
    }

    /// <summary>Waits until no other build of this machine searches for a fingerprint's plan.</summary>
    /// <param name="fingerprint">The fingerprint.</param>
    /// <param name="waiting">Told, at most once, that another build does.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>To be disposed after the search. Where the cache's folder cannot be written or is none, nothing keeps others from searching.</returns>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public IDisposable LockSearch(string fingerprint, Action waiting, CancellationToken cancellation) =>
        new SearchLock(_folder, _lock, Checked(fingerprint), waiting, cancellation);

    /// <summary>Removes every search, and every stage of one, from the cache.</summary>
    /// <returns>What there was.</returns>
    /// <exception cref="AbsException">ABS5004: the folder is not a plan cache. ABS5005: other builds keep using it. Nothing was removed.</exception>
    public CacheUsage Clean()
    {
        if (!Directory.Exists(_folder.Directory))
        {
            return new(Plans: 0, Stages: 0, Bytes: 0);
        }

        if (!_folder.IsMarked())
        {
            throw new AbsException(AbsCodes.NotACache, $"{Printable.Escape(_folder.Directory)} is not a plan cache, and nothing in it was removed. Correct AbsCacheDirectory, or delete the folder yourself.");
        }

        _folder.RequireUsable();
        using var alone = _lock.Own()
            ?? throw new AbsException(AbsCodes.CacheInUse, $"The cache {Printable.Escape(_folder.Directory)} is in use, or must not be changed; nothing was removed. Try again when no build uses it.");
        var before = CacheUsage.Of(_folder.Directory);
        CacheTrimmer.Trim(_folder, size: 0);
        _folder.RemoveEmptySubfolders();

        return before;
    }

    private static void MarkUsed(string entryFile)
    {
        try
        {
            File.SetLastWriteTimeUtc(entryFile, DateTime.UtcNow);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A cache that must only be read is one that nobody trims.
        }
    }

    private static string Checked(string hash) =>
        Fingerprint.IsHash(hash) ? hash : throw new ArgumentException("A fingerprint has 64 lower-case hexadecimal digits.", nameof(hash));
}
