using System.IO.Compression;
using AbsBuildTasks.Plans.Documents;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Tests.Infrastructure;

/// <summary>Compressed weights that fit a plan, as far as can be seen without loading them.</summary>
internal static class SampleWeights
{
    /// <summary>Makes the file.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="text">What the blob of each layer holds.</param>
    /// <param name="change">Changes the manifest's layers.</param>
    public static byte[] Of(CompressionPlan plan, string text = "weights", Action<JArray>? change = null)
    {
        var layers = new JArray(plan.Layers.Select(layer => new JObject
        {
            ["name"] = layer.Name,
            ["weightBits"] = layer.WeightBits,
            ["weightGrid"] = layer.WeightGrid,
            ["weightInterval"] = layer.WeightScales == PlanScales.Filter ? new JArray(Enumerable.Repeat(0.5, layer.Filters)) : 0.5,
            ["activationBits"] = layer.ActivationBits,
            ["activationGrid"] = layer.ActivationGrid,
            ["shape"] = new JArray(layer.Filters, 1),
            ["keptFilters"] = layer.KeptFilters.ToString(),
            ["levels"] = new JObject { ["entry"] = "data/0.bin", ["length"] = text.Length },
        }));
        change?.Invoke(layers);
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "manifest.json", new JObject { ["schemaVersion"] = 2, ["layers"] = layers, ["tensors"] = new JArray() }.ToString());
            Add(archive, "data/0.bin", text);
        }

        return file.ToArray();
    }

    private static void Add(ZipArchive archive, string name, string text)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var writer = new StreamWriter(entry.Open());
        writer.Write(text);
    }
}
