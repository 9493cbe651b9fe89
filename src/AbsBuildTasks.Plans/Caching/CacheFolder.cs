using System.Text;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>Where things are in a cache's folder.</summary>
/// <param name="directory">The folder; need not exist.</param>
internal sealed class CacheFolder(string directory)
{
    // The convention of bford.info/cachedir, by which backup programs know what to leave out. The second line makes it ours.
    private const string Tag = "Signature: 8a477f597d28d172789f06886806bc55\n# Compression plans, cached by AbsBuildTasks. Removing this folder costs searches, nothing else.\n";

    private const string TagName = "CACHEDIR.TAG";

    private static readonly string[] Parts = ["ac", "cas", "searches"];

    public string Directory => directory;

    /// <summary>Locked while entries are read, written or removed.</summary>
    public string LockFile => Path.Combine(directory, "lock");

    private string TagFile => Path.Combine(directory, TagName);

    public string EntryFile(string fingerprint) => Path.Combine(directory, "ac", fingerprint.Substring(0, 2), fingerprint);

    public string ContentFile(string hash) => Path.Combine(directory, "cas", hash.Substring(0, 2), hash);

    /// <summary>Locked while the plan of a fingerprint is searched for.</summary>
    public string SearchLockFile(string fingerprint) => Path.Combine(directory, "searches", fingerprint);

    /// <summary>A path for a content whose hash is not known yet.</summary>
    public string NewContentFile() => Path.Combine(directory, "cas", $".{Guid.NewGuid():N}.tmp");

    public IEnumerable<string> Entries() => FilesOf("ac").Where(HasHashForName);

    public IEnumerable<string> Contents() => FilesOf("cas").Where(HasHashForName);

    public IEnumerable<string> SearchLocks() => FilesOf("searches").Where(HasHashForName);

    /// <summary>What writers that were killed have left.</summary>
    public IEnumerable<string> Leftovers() => FilesOf("ac").Concat(FilesOf("cas")).Where(file => Path.GetFileName(file) is var name && name[0] == '.' && Path.GetExtension(name) == ".tmp");

    /// <summary>Removes the folders of entries and contents that nothing is in.</summary>
    public void RemoveEmptySubfolders()
    {
        var parts = Parts.SelectMany(FoldersOf).Reverse();
        foreach (var folder in parts)
        {
            if (!System.IO.Directory.EnumerateFileSystemEntries(folder).Any())
            {
                System.IO.Directory.Delete(folder);
            }
        }
    }

    /// <summary>Makes the folder a cache of ours, where it is none yet and nothing is in it.</summary>
    /// <exception cref="AbsException">ABS5004: it holds other things, or a link where the cache has a folder. Nothing in it was touched.</exception>
    public void Mark()
    {
        RequireUsable();
        if (!IsMarked())
        {
            AtomicFile.Write(TagFile, Encoding.ASCII.GetBytes(Tag));
        }
    }

    /// <summary>Refuses a folder that is neither a cache of ours nor empty, and one whose parts lead elsewhere.</summary>
    /// <exception cref="AbsException">ABS5004: it is. Nothing in it was touched.</exception>
    public void RequireUsable()
    {
        if (!IsMarked() && System.IO.Directory.Exists(directory) && System.IO.Directory.EnumerateFileSystemEntries(directory).Any(entry => !IsUnfinishedTag(entry)) && !IsMarked())
        {
            // Asked again, as another build may have marked the folder while this one looked into it.
            throw Refused("holds other files, and is not a plan cache. Nothing in it was changed");
        }

        if (Parts.Select(part => OwnFolder.FirstLink(Path.Combine(directory, part))).FirstOrDefault(link => link is not null) is { } link)
        {
            throw Refused($"has a link where a plan cache has a folder ({Printable.Escape(Path.GetFileName(link))}), and a cache follows none. Nothing in it was changed");
        }

        AbsException Refused(string why) => new(AbsCodes.NotACache, $"{Printable.Escape(directory)} {why}. Set AbsCacheDirectory to an empty folder or a new one.");
    }

    /// <summary>Whether there is a file of the cache, which a link is not.</summary>
    public static bool IsFile(string path) => File.Exists(path) && !FileLink.Is(path);

    /// <summary>Whether the folder is a cache of ours.</summary>
    public bool IsMarked() => IsFile(TagFile) && OrdinaryFile.ReadTextAtMost(TagFile, Tag.Length) == Tag;

    /// <summary>Removes a file, unless another process holds it or removes it at the same moment.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Whoever looks next finds it again.
        }
    }

    private static bool HasHashForName(string file) => Fingerprint.IsHash(Path.GetFileName(file));

    // A build that was killed while it marked the folder has left no more than this.
    private static bool IsUnfinishedTag(string entry) => Path.GetFileName(entry) is var name && name.StartsWith($".{TagName}.", StringComparison.Ordinal) && name.EndsWith(".tmp", StringComparison.Ordinal);

    private IEnumerable<string> FilesOf(string name) => FoldersOf(name).SelectMany(System.IO.Directory.GetFiles);

    // A link in a cache leads to what is none of its own, or back to the cache without an end.
    private IEnumerable<string> FoldersOf(string name) => Path.Combine(directory, name) is var folder && System.IO.Directory.Exists(folder) && !FileLink.Is(folder)
        ? OwnFolder.FoldersIn(folder).Prepend(folder)
        : [];
}
