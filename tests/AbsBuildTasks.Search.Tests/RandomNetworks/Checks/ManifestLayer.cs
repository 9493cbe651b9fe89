using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Checks;

/// <summary>What a weights file says of a layer, read by itself and not by the product's own reader.</summary>
/// <param name="Intervals">How many clipping intervals its weights have: one, or one for each filter.</param>
internal sealed record ManifestLayer(string Name, IReadOnlySet<int> Kept, IReadOnlySet<int> Live, int WeightBits, int ActivationBits, bool IsQuantized, int Intervals)
{
    public static IReadOnlyDictionary<string, ManifestLayer> Read(string file)
    {
        using var archive = ZipFile.OpenRead(file);
        using var stream = archive.GetEntry("manifest.json")!.Open();
        using var manifest = JsonDocument.Parse(stream);
        return manifest.RootElement.GetProperty("layers").EnumerateArray()
            .Select(layer => new ManifestLayer(
                layer.GetProperty("name").GetString()!,
                Ranges(layer.GetProperty("keptFilters").GetString()!),
                Ranges(layer.GetProperty("liveInputs").GetString()!),
                layer.GetProperty("weightBits").GetInt32(),
                layer.GetProperty("activationBits").GetInt32(),
                layer.GetProperty("weightGrid").GetString() != "float",
                layer.GetProperty("weightInterval") is { ValueKind: JsonValueKind.Array } intervals ? intervals.GetArrayLength() : 1))
            .ToDictionary(layer => layer.Name, StringComparer.Ordinal);
    }

    private static HashSet<int> Ranges(string text) =>
    [
        .. text.Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(range =>
        {
            var ends = range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
            return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
        }),
    ];
}
