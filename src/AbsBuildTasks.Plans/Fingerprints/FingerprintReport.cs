using AbsBuildTasks.Plans.Json;

namespace AbsBuildTasks.Plans.Fingerprints;

/// <summary>What a build wrote of a model's fingerprint.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Fingerprint">Its fingerprint.</param>
/// <param name="Entries">Name and hash of everything that it covers.</param>
/// <param name="Changes">What changed since the plan of another fingerprint that was there before, a line each.</param>
public sealed record FingerprintReport(string Model, string Fingerprint, IReadOnlyList<KeyValuePair<string, string>> Entries, IReadOnlyList<string> Changes)
{
    /// <summary>Whether the plan that was there was of this fingerprint already.</summary>
    public bool HasPlan { get; init; }

    private const int MaxLength = 64 * 1024 * 1024;

    /// <summary>Reads a report; null where the file is none.</summary>
    public static FingerprintReport? TryRead(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxLength)
            {
                return null;
            }

            var json = StrictJson.ReadObject(File.ReadAllText(path));
            return new(
                json.String("model"),
                json.String("fingerprint"),
                [.. json.Objects("entries").Select(entry => new KeyValuePair<string, string>(entry.String("name"), entry.String("hash")))],
                json.Strings("changes"))
            {
                HasPlan = json.Names.Contains("hasPlan") && json.Boolean("hasPlan"),
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonShapeException)
        {
            return null;
        }
    }
}
