using System.Globalization;
using System.Text;
using AbsBuildTasks.Fingerprints.Code;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;
using Newtonsoft.Json;

namespace AbsBuildTasks.Fingerprints;

/// <summary>The meaning of models' code, remembered between builds as long as the assemblies are the same files.</summary>
internal sealed class CodeHashes
{
    private readonly string _store;
    private readonly IReadOnlyList<string> _files;
    private readonly string _identity;
    private readonly Dictionary<string, Dictionary<string, string>> _known;
    private bool _hasChanged;

    /// <summary>Reads what earlier builds remembered.</summary>
    /// <param name="store">The file that keeps it; damage or absence only costs time.</param>
    /// <param name="files">Full paths of the model assembly, then those of projects it references.</param>
    /// <exception cref="IOException">An assembly does not exist.</exception>
    public CodeHashes(string store, IReadOnlyList<string> files)
    {
        (_store, _files) = (store, files);
        _identity = ContentHash.Of(string.Join("\n", files.Select(Identity).Prepend(typeof(CodeHashes).Module.ModuleVersionId.ToString())));
        _known = Read(store) is { } remembered && remembered.Identity == _identity ? remembered.Models : [];
    }

    /// <summary>The meaning of a model's code.</summary>
    /// <param name="type">Full name of its type, or null for the only one there is.</param>
    /// <returns>Names of members and hashes.</returns>
    /// <exception cref="IOException">An assembly cannot be read.</exception>
    public IReadOnlyDictionary<string, string> Of(string? type)
    {
        if (!_known.TryGetValue(type ?? "", out var entries))
        {
            _known[type ?? ""] = entries = CodeMeaning.Of(_files, type).ToDictionary(entry => entry.Key, entry => entry.Value);
            _hasChanged = true;
        }

        return entries;
    }

    /// <summary>Remembers what was asked for.</summary>
    public void Save()
    {
        if (_hasChanged && _files.All(file => FileHashes.HasSettled(File.GetLastWriteTimeUtc(file))))
        {
            AtomicFile.Write(_store, Encoding.UTF8.GetBytes(JsonConvert.SerializeObject(new Remembered(_identity, _known))));
        }
    }

    private static string Identity(string file)
    {
        var info = new FileInfo(file);
        return string.Format(CultureInfo.InvariantCulture, "{0}\t{1}\t{2}", info.Length, info.LastWriteTimeUtc.Ticks, file);
    }

    private static Remembered? Read(string store)
    {
        try
        {
            return File.Exists(store) && JsonConvert.DeserializeObject<Remembered>(File.ReadAllText(store)) is { Identity: not null, Models: not null } remembered
                && remembered.Models.Values.All(entries => entries is not null)
                ? remembered
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Remembered(string Identity, Dictionary<string, Dictionary<string, string>> Models);
}
