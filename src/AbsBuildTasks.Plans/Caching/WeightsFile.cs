using System.IO.Compression;
using System.Text;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>Looks at compressed weights without loading them: whether they are an archive, and that of a plan.</summary>
internal static class WeightsFile
{
    private const string ManifestEntry = "manifest.json";
    private const int MaxManifestLength = 64 << 20; // bytes
    private const int MaxDepth = 8;
    private const int MostShown = 60;

    /// <summary>What keeps a file from being the compressed weights of a plan.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">The plan, whose layers the file must hold, compressed as the plan says.</param>
    /// <returns>Null where it is; otherwise what is wrong, in some words.</returns>
    public static string? Problem(string path, CompressionPlan plan)
    {
        try
        {
            using var stream = OrdinaryFile.Open(path);
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            return Problem(archive, stream.Length, plan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException or ArgumentException or OverflowException)
        {
            // Some damaged directories end in the last three.
            return "its weights are no weights file";
        }
    }

    private static string? Problem(ZipArchive archive, long length, CompressionPlan plan)
    {
        if (archive.GetEntry(ManifestEntry) is not { } entry || !IsStored(entry, length) || entry.Length > MaxManifestLength)
        {
            return "its weights are no weights file";
        }

        JObject[] layers;
        try
        {
            layers = [.. Layers(entry)];
            return ProblemOfLayers(archive, length, plan, layers);
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidCastException or FormatException or OverflowException)
        {
            return "its weights have a manifest that cannot be read";
        }
    }

    private static IEnumerable<JObject> Layers(ZipArchiveEntry entry)
    {
        using var reader = new JsonTextReader(new StreamReader(entry.Open(), Encoding.UTF8)) { MaxDepth = MaxDepth, DateParseHandling = DateParseHandling.None };
        return JObject.Load(reader).Value<JArray>("layers")?.Cast<JObject>() ?? [];
    }

    private static string? ProblemOfLayers(ZipArchive archive, long length, CompressionPlan plan, JObject[] layers)
    {
        var byName = new Dictionary<string, JObject>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            byName.Add(layer.Value<string>("name") ?? "", layer);
        }

        var blobs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var planned in plan.Layers)
        {
            if (!byName.TryGetValue(planned.Name, out var stored) || !Fits(stored, planned))
            {
                return $"its weights are not those of the plan (layer {Printable.Shorten(planned.Name, MostShown)})";
            }

            var levels = stored.Value<JObject>("levels");
            if (levels?.Value<string>("entry") is not { } name || archive.GetEntry(name) is not { } blob || !IsStored(blob, length) || blob.Length != levels.Value<long>("length"))
            {
                return $"its weights are incomplete (layer {Printable.Shorten(planned.Name, MostShown)})";
            }

            blobs.Add(name);
        }

        // A layer may have several names in the network, and its plan has it under one.
        return layers.FirstOrDefault(layer => !blobs.Contains(layer.Value<JObject>("levels")?.Value<string>("entry") ?? "")) is { } other
            ? $"its weights are not those of the plan (layer {Printable.Shorten(other.Value<string>("name") ?? "", MostShown)})"
            : null;
    }

    private static bool Fits(JObject stored, LayerPlan planned) =>
        stored.Value<int>("weightBits") == planned.WeightBits
        && stored.Value<string>("weightGrid") == planned.WeightGrid
        && (stored["weightInterval"] is JArray) == (planned.WeightScales == PlanScales.Filter && planned.Filters > 1)
        && stored.Value<int>("activationBits") == planned.ActivationBits
        && stored.Value<string>("activationGrid") == planned.ActivationGrid
        && stored.Value<string>("keptFilters") == planned.KeptFilters.ToString()
        && stored.Value<JArray>("shape")?.First?.Value<long>() == planned.Filters;

    // Entries are stored as they are, so that none can be longer than the file.
    private static bool IsStored(ZipArchiveEntry entry, long length) => entry.Length == entry.CompressedLength && entry.Length <= length;
}
