using System.Text;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>Where things are in a cache's folder.</summary>
/// <param name="directory">The folder; need not exist.</param>
internal sealed class CacheFolder(string directory)
{
    // The convention of bford.info/cachedir, by which backup programs know what to leave out. The second line makes it ours.
    private const string Tag = "Signature: 8a477f597d28d172789f06886806bc55\n# Compression plans, cached by AbsBuildTasks. Removing this folder costs searches, nothing else.\n";

    private static readonly string[] Parts = ["ac", "cas", "searches"];

    public string Directory => directory;

    /// <summary>Locked while entries are read, written or removed.</summary>
    public string LockFile => Path.Combine(directory, "lock");

    private string TagFile => Path.Combine(directory, "CACHEDIR.TAG");

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
        var parts = Parts.Select(name => Path.Combine(directory, name)).Where(System.IO.Directory.Exists).ToArray();
        foreach (var folder in parts.SelectMany(System.IO.Directory.GetDirectories).Concat(parts))
        {
            if (!System.IO.Directory.EnumerateFileSystemEntries(folder).Any())
            {
                System.IO.Directory.Delete(folder);
            }
        }
    }

    /// <summary>Marks the folder as a cache of ours.</summary>
    public void Mark()
    {
        if (!IsMarked())
        {
            AtomicFile.Write(TagFile, Encoding.ASCII.GetBytes(Tag));
        }
    }

    /// <summary>Whether the folder is a cache of ours.</summary>
    public bool IsMarked() => File.Exists(TagFile) && OrdinaryFile.Length(TagFile) == Tag.Length && OrdinaryFile.ReadAllText(TagFile) == Tag;

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

    private IEnumerable<string> FilesOf(string name) => Path.Combine(directory, name) is var folder && System.IO.Directory.Exists(folder)
        ? System.IO.Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        : [];
}
