using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Fingerprints;

/// <summary>What a build wrote of a model's fingerprint.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Fingerprint">Its fingerprint.</param>
/// <param name="Before">The other fingerprint of the plan that was there before; null where there was none.</param>
/// <param name="Entries">Name and hash of everything that it covers.</param>
/// <param name="Changes">What changed since that plan, a line each.</param>
internal sealed record FingerprintReport(string Model, string Fingerprint, string? Before, IReadOnlyList<KeyValuePair<string, string>> Entries, IReadOnlyList<string> Changes)
{
    private const int MaxLength = 64 * 1024 * 1024;

    /// <summary>Whether the last plan is of this fingerprint already.</summary>
    public bool HasPlan { get; init; }

    /// <summary>Where a build writes it.</summary>
    /// <param name="stateDirectory">The folder in <c>obj</c> that holds the project's plans.</param>
    /// <param name="model">The model's name.</param>
    public static string PathOf(string stateDirectory, string model) => Path.Combine(stateDirectory, "fingerprints", model + ".json");

    /// <summary>The changes, where they are those that led from one plan to another; else none.</summary>
    /// <param name="before">The earlier plan.</param>
    /// <param name="after">The later plan.</param>
    public IReadOnlyList<string> ReasonsFor(CompressionPlan before, CompressionPlan after) =>
        after.Model == Model && after.Fingerprint == Fingerprint && before.Fingerprint == Before ? Changes : [];

    /// <summary>The text <c>{"model", "fingerprint", "before", "hasPlan", "entries": [{"name", "hash"}], "changes": [text]}</c>.</summary>
    public string ToJson()
    {
        var content = new
        {
            model = Model,
            fingerprint = Fingerprint,
            before = Before,
            hasPlan = HasPlan,
            entries = Entries.Select(entry => new { name = entry.Key, hash = entry.Value }),
            changes = Changes,
        };
        return JsonConvert.SerializeObject(content, Formatting.Indented).Replace("\r\n", "\n");
    }

    /// <summary>Reads a report; null where the file is none.</summary>
    public static FingerprintReport? TryRead(string path)
    {
        try
        {
            if (OrdinaryFile.ReadTextAtMost(path, MaxLength) is not { } text)
            {
                return null;
            }

            var json = StrictJson.ReadObject(text);
            return new(
                json.String("model"),
                json.String("fingerprint"),
                json.Names.Contains("before") ? json.OptionalString("before") : null,
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
