using System.Text;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.State;

namespace AbsBuildTasks.Fingerprints;

/// <summary>Content hashes of files, remembered between builds by size and time: data sets may be large.</summary>
internal sealed class FileHashes
{
    private readonly string _store;
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _used = new(StringComparer.Ordinal);
    private bool _hasRead;
    private bool _hasUnsaved;

    /// <summary>Reads what earlier builds remembered.</summary>
    /// <param name="store">The file that keeps it; damage or absence only costs time.</param>
    public FileHashes(string store)
    {
        _store = store;
        foreach (var line in File.Exists(store) ? OrdinaryFile.ReadAllLines(store) : [])
        {
            if (line.Split('\t') is [var hash, var size, var time, var path] && Fingerprint.IsHash(hash))
            {
                _known[$"{size}\t{time}\t{path}"] = hash;
            }
        }
    }

    /// <summary>The SHA-256 of a file's content.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public string Of(string path)
    {
        var now = DateTime.UtcNow;
        var state = FileState.Of(path);
        var key = $"{state}\t{path}";
        if (!_known.TryGetValue(key, out var hash))
        {
            hash = Read(path);
            if (!state.HasSettled(now))
            {
                return hash;
            }

            _hasRead = _hasUnsaved = true;
        }

        _used[key] = hash;
        return hash;
    }

    /// <summary>Remembers the files asked for, where one of them had to be read.</summary>
    /// <param name="isWhole">Whether all that there are were asked for: then others are forgotten.</param>
    public void Save(bool isWhole)
    {
        var others = _known.Where(entry => !_used.ContainsKey(entry.Key));
        if (_hasUnsaved || (isWhole && _hasRead && others.Any()))
        {
            var entries = isWhole ? _used : _used.Concat(others);
            AtomicFile.Write(_store, Encoding.UTF8.GetBytes(string.Concat(entries.Select(entry => $"{entry.Value}\t{entry.Key}\n"))));
            _hasUnsaved = false;
        }
    }

    private static string Read(string path)
    {
        using var stream = OrdinaryFile.Open(path);
        return ContentHash.Of(stream);
    }
}
