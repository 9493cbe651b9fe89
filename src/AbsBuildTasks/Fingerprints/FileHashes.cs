using System.Globalization;
using System.Text;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;

namespace AbsBuildTasks.Fingerprints;

/// <summary>Content hashes of files, remembered between builds by size and time: data sets may be large.</summary>
internal sealed class FileHashes
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

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
        foreach (var line in File.Exists(store) ? File.ReadAllLines(store) : [])
        {
            if (line.Split('\t') is [var hash, var size, var time, var path] && Fingerprint.IsHash(hash))
            {
                _known[Key(size, time, path)] = hash;
            }
        }
    }

    /// <summary>The SHA-256 of a file's content.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public string Of(string path)
    {
        var file = new FileInfo(path);
        var written = file.LastWriteTimeUtc;
        var key = Key(file.Length.ToString(CultureInfo.InvariantCulture), written.Ticks.ToString(CultureInfo.InvariantCulture), path);
        if (!_known.TryGetValue(key, out var hash))
        {
            hash = Read(path);
            if (!HasSettled(written))
            {
                return hash;
            }

            _hasRead = _hasUnsaved = true;
        }

        _used[key] = hash;
        return hash;
    }

    /// <summary>Whether a file's time tells its content: one written just now could change once more within a clock's tick.</summary>
    public static bool HasSettled(DateTime written) => DateTime.UtcNow - written >= Settled;

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
        using var stream = File.OpenRead(path);
        return ContentHash.Of(stream);
    }

    private static string Key(string size, string time, string path) => $"{size}\t{time}\t{path}";
}
