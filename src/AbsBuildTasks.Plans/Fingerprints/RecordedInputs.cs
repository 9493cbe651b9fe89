using AbsBuildTasks.Plans.Json;

namespace AbsBuildTasks.Plans.Fingerprints;

/// <summary>What a plan was made from: its fingerprint's entries, as a build keeps them beside the plan in <c>obj</c>.</summary>
public static class RecordedInputs
{
    /// <summary>The file's name.</summary>
    public const string FileName = "inputs.json";

    private const int MaxLength = 64 * 1024 * 1024;

    /// <summary>Reads entries; null where there are none that can be read.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>>? Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length > MaxLength)
            {
                return null;
            }

            var json = StrictJson.ReadObject(File.ReadAllText(path));
            return [.. json.Names.Select(name => new KeyValuePair<string, string>(name, json.String(name)))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonShapeException)
        {
            return null;
        }
    }
}
