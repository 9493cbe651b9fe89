using System.Globalization;
using System.Text;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;

namespace AbsBuildTasks.Fingerprints;

/// <summary>Content hashes of files, remembered between builds by size and time: data sets may be large.</summary>
internal sealed class FileHashes
{
    // A file written within a clock's tick of being hashed could change once more without a change of its time.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    private readonly string _store;
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _used = new(StringComparer.Ordinal);
    private bool _hasChanged;

    /// <summary>Reads what earlier builds remembered.</summary>
    /// <param name="store">The file that keeps it; damage or absence only costs time.</param>
    public FileHashes(string store)
    {
        _store = store;
        foreach (var line in File.Exists(store) ? File.ReadAllLines(store) : [])
        {
            if (line.Split('\t') is [var hash, var kind, var size, var time, var path] && Fingerprint.IsHash(hash))
            {
                _known[Key(kind, size, time, path)] = hash;
            }
        }
    }

    /// <summary>The SHA-256 of a file's content.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public string Of(string path) => Of(path, "content", HashContent);

    /// <summary>The SHA-256 of what an assembly does: the same in every checkout, and whatever its comments say.</summary>
    /// <remarks>A file that is no assembly of the usual form is hashed whole.</remarks>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public string OfAssembly(string path) => Of(path, "assembly", HashAssembly);

    /// <summary>Remembers the files asked for, and forgets others.</summary>
    public void Save()
    {
        if (_hasChanged)
        {
            AtomicFile.Write(_store, Encoding.UTF8.GetBytes(string.Concat(_used.Select(entry => $"{entry.Value}\t{entry.Key}\n"))));
        }
    }

    private static string HashContent(string path)
    {
        using var stream = File.OpenRead(path);
        return ContentHash.Of(stream);
    }

    private static string HashAssembly(string path)
    {
        using var meaning = AssemblyMeaning.Of(File.ReadAllBytes(path));
        return meaning is null ? HashContent(path) : ContentHash.Of(meaning);
    }

    private static string Key(string kind, string size, string time, string path) => $"{kind}\t{size}\t{time}\t{path}";

    private string Of(string path, string kind, Func<string, string> read)
    {
        var file = new FileInfo(path);
        var written = file.LastWriteTimeUtc;
        var key = Key(kind, file.Length.ToString(CultureInfo.InvariantCulture), written.Ticks.ToString(CultureInfo.InvariantCulture), path);
        if (!_known.TryGetValue(key, out var hash))
        {
            hash = read(path);
            if (DateTime.UtcNow - written < Settled)
            {
                return hash;
            }

            _hasChanged = true;
        }

        _used[key] = hash;
        return hash;
    }
}
