using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Text;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>What the cache holds for a fingerprint: file names and the content of each.</summary>
/// <param name="Files">The files: a plan and what lies beside it, or what stands alone.</param>
internal sealed record CacheEntry(IReadOnlyList<CachedFile> Files)
{
    private const int MaxLength = 64 * 1024; // bytes

    private const int CurrentVersion = 1;

    /// <summary>Writes the entry.</summary>
    public string Write()
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var json = new JsonTextWriter(text) { Formatting = Formatting.Indented, Indentation = 2 };
        json.WriteStartObject();
        json.WritePropertyName("version");
        json.WriteValue(CurrentVersion);
        json.WritePropertyName("files");
        json.WriteStartArray();
        foreach (var file in Files)
        {
            json.WriteStartObject();
            json.WritePropertyName("name");
            json.WriteValue(file.Name);
            json.WritePropertyName("sha256");
            json.WriteValue(file.Hash);
            json.WritePropertyName("length");
            json.WriteValue(file.Length);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return text.ToString();
    }

    /// <summary>Reads an entry.</summary>
    /// <exception cref="CacheEntryException">It cannot be read, is no entry, or names files a cache may not hold.</exception>
    public static CacheEntry Load(string path)
    {
        try
        {
            OwnFolder.RequireNoLink(path);
            return Read(OrdinaryFile.ReadTextAtMost(path, MaxLength) ?? throw new CacheEntryException("the entry is too large"));
        }
        catch (Exception error) when (error is JsonShapeException or IOException or UnauthorizedAccessException)
        {
            throw new CacheEntryException("the entry cannot be read: " + Printable.Escape(error.Message), error);
        }
    }

    private static CacheEntry Read(string text)
    {
        var json = StrictJson.ReadObject(text);
        json.Int("version", CurrentVersion, CurrentVersion);
        var files = json.Objects("files").Select(ReadFile).ToArray();
        json.End();
        if (files.Select(file => file.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() < files.Length)
        {
            throw json.Wrong("files", "names a file twice");
        }

        return files.Count(file => file.IsPlan) == 1 || ResultFile.StandAlone([.. files.Select(file => file.Name)])
            ? new(files)
            : throw json.Wrong("files", "does not name exactly one plan");
    }

    private static CachedFile ReadFile(StrictObject json)
    {
        var file = new CachedFile(json.String("name"), json.String("sha256"), json.Long("length"));
        json.End();
        if (!ResultFile.IsAllowed(file.Name))
        {
            throw json.Wrong("name", "is not a file a cache may hold");
        }

        if (!Fingerprint.IsHash(file.Hash))
        {
            throw json.Wrong("sha256", "is not a hash");
        }

        return file;
    }
}
