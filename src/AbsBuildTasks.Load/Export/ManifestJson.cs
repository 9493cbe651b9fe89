using System.Text.Json;

namespace AbsBuildTasks.Search.Export;

/// <summary>Parts of a manifest's JSON. Reads and writes without reflection, as trimmed applications need it.</summary>
internal static class ManifestJson
{
    /// <summary>A property's value.</summary>
    /// <exception cref="InvalidDataException">There is none of this name.</exception>
    public static JsonElement Part(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value : throw new InvalidDataException($"'{name}' is missing");

    /// <summary>A property's text.</summary>
    /// <exception cref="InvalidDataException">There is none of this name, or it is null.</exception>
    public static string Text(this JsonElement json, string name) => json.Part(name).GetString() ?? throw new InvalidDataException($"'{name}' is null");

    /// <summary>The sides of a shape.</summary>
    public static IReadOnlyList<long> Sides(this JsonElement json, string name) => [.. json.Part(name).EnumerateArray().Select(side => side.GetInt64())];

    /// <summary>Writes the sides of a shape.</summary>
    public static void WriteSides(this Utf8JsonWriter json, string name, IReadOnlyList<long> shape)
    {
        json.WriteStartArray(name);
        foreach (var side in shape)
        {
            json.WriteNumberValue(side);
        }

        json.WriteEndArray();
    }
}
