using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>The contents of a cache, by their hash.</summary>
internal sealed class ContentStore(CacheFolder folder)
{
    /// <summary>Copies a file into the cache.</summary>
    public CachedFile Store(string path)
    {
        // The name is the hash of what was copied, whatever happens to the file meanwhile.
        var incoming = folder.NewContentFile();
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

            var content = folder.ContentFile(hash);
            Directory.CreateDirectory(Path.GetDirectoryName(content)!);
            AtomicFile.MoveOver(incoming, content);
            return new(Path.GetFileName(path), hash, length);
        }
        finally
        {
            File.Delete(incoming);
        }
    }

    /// <summary>Copies a content out of the cache.</summary>
    /// <exception cref="CacheEntryException">It is missing, or not what was stored.</exception>
    public void Extract(CachedFile file, string target)
    {
        var content = folder.ContentFile(file.Hash);
        Stream source;
        try
        {
            OwnFolder.RequireNoLink(content);
            // Sharing all: another process may be about to replace the content by the same.
            source = OrdinaryFile.Open(content, FileShare.ReadWrite | FileShare.Delete);
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
            CacheFolder.TryDelete(content);
            throw new CacheEntryException($"the content of {file.Name} is not what was stored");
        }
    }
}
