using System.Text;
using AbsBuildTasks.Fingerprints.Code;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.State;

namespace AbsBuildTasks.Fingerprints;

/// <summary>The meaning of models' code, remembered between builds as long as the assemblies are the same files.</summary>
internal sealed class CodeHashes
{
    private const char Separator = '\t';

    private readonly string _store;
    private readonly IReadOnlyList<string> _files;
    private readonly string _identity;
    private readonly bool _hasSettled;
    private readonly SortedDictionary<string, Dictionary<string, string>> _known = new(StringComparer.Ordinal);
    private bool _hasUnsaved;

    /// <summary>Reads what earlier builds remembered.</summary>
    /// <param name="store">The file that keeps it; damage or absence only costs time.</param>
    /// <param name="files">Full paths of the model assembly, then those of projects it references.</param>
    public CodeHashes(string store, IReadOnlyList<string> files)
    {
        (_store, _files) = (store, files);
        _identity = ContentHash.Of(string.Join("\n", files.Select(Identity).Prepend(typeof(CodeHashes).Module.ModuleVersionId.ToString())));
        _hasSettled = files.All(file => FileState.Of(file).HasSettled(DateTime.UtcNow));
        foreach (var line in Remembered())
        {
            if (line.Split(Separator) is [var type, var name, var value])
            {
                EntriesOf(type)[name] = value;
            }
        }
    }

    /// <summary>The meaning of a model's code.</summary>
    /// <param name="type">Full name of its type, or null for the only one there is.</param>
    /// <returns>Names of members and hashes.</returns>
    /// <exception cref="IOException">An assembly cannot be read.</exception>
    public IReadOnlyDictionary<string, string> Of(string? type)
    {
        if (!_known.TryGetValue(type ?? "", out var entries))
        {
            entries = EntriesOf(type ?? "");
            foreach (var entry in CodeMeaning.Of(_files, type))
            {
                entries[entry.Key] = entry.Value;
            }

            _hasUnsaved = true;
        }

        return entries;
    }

    /// <summary>Remembers what was asked for.</summary>
    public void Save()
    {
        if (!_hasUnsaved || !_hasSettled)
        {
            return;
        }

        // Names may hold anything; those of compilers for people do not.
        string[] lines = [.. _known.SelectMany(model => model.Value.Select(entry => string.Join(Separator.ToString(), model.Key, entry.Key, entry.Value)))];
        if (lines.All(line => line.Count(char.IsControl) == 2))
        {
            AtomicFile.Write(_store, Encoding.UTF8.GetBytes(string.Join("\n", lines.Prepend(Seal(lines)))));
        }

        _hasUnsaved = false;
    }

    private static string Identity(string file) => $"{FileState.Of(file)}\t{file}";

    // Of other files, or not as it was written: then it is not taken.
    private IEnumerable<string> Remembered()
    {
        string[] lines = File.Exists(_store) ? OrdinaryFile.ReadAllLines(_store) : [];
        return lines.Length > 0 && lines[0] == Seal(lines.Skip(1)) ? lines.Skip(1) : [];
    }

    private string Seal(IEnumerable<string> lines) => ContentHash.Of(string.Join("\n", lines.Prepend(_identity)));

    private Dictionary<string, string> EntriesOf(string type)
    {
        if (!_known.TryGetValue(type, out var entries))
        {
            _known[type] = entries = new Dictionary<string, string>(StringComparer.Ordinal);
        }

        return entries;
    }
}
