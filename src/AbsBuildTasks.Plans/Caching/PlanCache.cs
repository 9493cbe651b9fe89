using System.Runtime.InteropServices;
using System.Text;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Reports;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>
/// Finished searches on this machine, by fingerprint: <c>ac/ab/ab…</c> names the files of a search, and
/// <c>cas/cd/cd…</c> holds contents by their hash.
/// </summary>
/// <remarks>Any number of processes may read and write at once. Nothing in the folder is trusted when it is read.</remarks>
/// <param name="directory">The cache's folder; created by the first write.</param>
public sealed class PlanCache(string directory)
{
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
    /// <param name="outputDirectory">Receives the files; created where missing. Untouched by a miss.</param>
    /// <param name="warning">Says that an entry was damaged and has been removed (ABS5001); that counts as a miss.</param>
    /// <returns>Whether the cache has the search.</returns>
    /// <exception cref="ArgumentException">The fingerprint is not one.</exception>
    /// <exception cref="IOException">The output folder cannot be written.</exception>
    public bool TryGet(string fingerprint, string outputDirectory, out CacheWarning? warning)
    {
        warning = null;
        var entryFile = EntryFile(fingerprint);
        if (!File.Exists(entryFile))
        {
            return false;
        }

        // Within the output folder, so that the files can be renamed into place once all are known to be sound.
        Directory.CreateDirectory(outputDirectory);
        var staging = Directory.CreateDirectory(Path.Combine(outputDirectory, $".abs-cache-{Guid.NewGuid():N}")).FullName;
        try
        {
            var entry = ReadEntry(entryFile);
            foreach (var file in entry.Files)
            {
                Extract(file, Path.Combine(staging, file.Name));
            }

            CheckPlan(Path.Combine(staging, entry.Files.Single(file => file.IsPlan).Name), fingerprint);
            foreach (var file in entry.Files.OrderBy(file => file.IsPlan))
            {
                AtomicFile.MoveOver(Path.Combine(staging, file.Name), Path.Combine(outputDirectory, file.Name));
            }

            return true;
        }
        catch (CacheEntryException error)
        {
            TryDelete(entryFile);
            warning = new(AbsCodes.CacheEntryCorrupt, $"The cache entry {fingerprint} was damaged and has been removed: {error.Message}. It counts as a miss.");
            return false;
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    /// <summary>Stores the files of a search; where the cache has it already, it is replaced.</summary>
    /// <param name="fingerprint">The search's fingerprint.</param>
    /// <param name="files">Full paths of the files; their names end as <see cref="CacheFiles"/> lists, one as a plan.</param>
    /// <exception cref="ArgumentException">The fingerprint is not one, or a file is not one a cache may hold.</exception>
    /// <exception cref="AbsException">ABS5003: the cache cannot be written, or a file cannot be read.</exception>
    public void Put(string fingerprint, IReadOnlyList<string> files)
    {
        var entryFile = EntryFile(fingerprint);
        if (files.Select(Path.GetFileName).FirstOrDefault(name => !CacheFiles.IsAllowed(name)) is { } other)
        {
            throw new ArgumentException($"A cache may not hold '{Printable.Escape(other)}'.", nameof(files));
        }

        try
        {
            // Contents first: an entry never names one that is not there yet.
            var entry = new CacheEntry([.. files.Select(Store)]);
            AtomicFile.Write(entryFile, Encoding.UTF8.GetBytes(entry.Write()));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AbsException(AbsCodes.CacheNotWritable, $"The cache {Printable.Escape(directory)} cannot be written: {Printable.Escape(error.Message)} Set AbsCacheDirectory to a folder that can.", error);
        }
    }

    private static CacheEntry ReadEntry(string path)
    {
        try
        {
            return new FileInfo(path).Length <= CacheEntry.MaxLength
                ? CacheEntry.Read(File.ReadAllText(path, Encoding.UTF8))
                : throw new CacheEntryException("the entry is too large");
        }
        catch (Exception error) when (error is JsonShapeException or IOException or UnauthorizedAccessException)
        {
            throw new CacheEntryException("the entry cannot be read: " + Printable.Escape(error.Message), error);
        }
    }

    private static void CheckPlan(string path, string fingerprint)
    {
        try
        {
            if (PlanFile.Read(path).Plan.Fingerprint != fingerprint)
            {
                throw new CacheEntryException("its plan has another fingerprint");
            }
        }
        catch (AbsException error)
        {
            throw new CacheEntryException("its plan is not valid", error);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another process holds it, or may remove it alone; it will be found damaged again.
        }
    }

    private static string Checked(string hash) =>
        Fingerprint.IsHash(hash) ? hash : throw new ArgumentException("A fingerprint has 64 lower-case hexadecimal digits.", nameof(hash));

    private string EntryFile(string fingerprint) => Path.Combine(directory, "ac", Checked(fingerprint).Substring(0, 2), fingerprint);

    private string ContentFile(string hash) => Path.Combine(directory, "cas", hash.Substring(0, 2), hash);

    private void Extract(CachedFile file, string target)
    {
        var content = ContentFile(file.Hash);
        FileStream source;
        try
        {
            // Sharing all: another process may be about to replace the content by the same.
            source = new FileStream(content, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CacheEntryException($"the content of {file.Name} cannot be read", error);
        }

        bool isSound;
        using (source)
        {
            using var copy = File.Create(target);
            isSound = source.Length == file.Length && ContentHash.Copy(source, copy, out var length) == file.Hash && length == file.Length;
        }

        if (!isSound)
        {
            TryDelete(content);
            throw new CacheEntryException($"the content of {file.Name} is not what was stored");
        }
    }

    private CachedFile Store(string path)
    {
        // The name is the hash of what was copied, whatever happens to the file meanwhile.
        var incoming = Path.Combine(directory, "cas", $".{Guid.NewGuid():N}.tmp");
        Directory.CreateDirectory(Path.GetDirectoryName(incoming)!);
        try
        {
            string hash;
            long length;
            using (var source = File.OpenRead(path))
            using (var copy = new FileStream(incoming, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                hash = ContentHash.Copy(source, copy, out length);
                copy.Flush(flushToDisk: true);
            }

            var content = ContentFile(hash);
            Directory.CreateDirectory(Path.GetDirectoryName(content)!);
            AtomicFile.MoveOver(incoming, content);
            return new(Path.GetFileName(path), hash, length);
        }
        finally
        {
            File.Delete(incoming);
        }
    }
}
