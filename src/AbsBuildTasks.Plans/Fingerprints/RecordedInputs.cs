using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Json;

namespace AbsBuildTasks.Plans.Fingerprints;

/// <summary>What a plan was made from: its fingerprint's entries, as a build keeps them beside the plan.</summary>
internal static class RecordedInputs
{
    private const int MaxLength = 64 * 1024 * 1024;

    /// <summary>The file's name.</summary>
    /// <param name="model">The plan's model; the plans of several may lie in one folder.</param>
    public static string NameOf(string model) => model + ".inputs.json";

    /// <summary>Reads entries; null where there are none that can be read.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>>? Read(string path)
    {
        try
        {
            if (!File.Exists(path) || OrdinaryFile.ReadTextAtMost(path, MaxLength) is not { } text)
            {
                return null;
            }

            var json = StrictJson.ReadObject(text);
            return [.. json.Names.Select(name => new KeyValuePair<string, string>(name, json.String(name)))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonShapeException)
        {
            return null;
        }
    }
}
