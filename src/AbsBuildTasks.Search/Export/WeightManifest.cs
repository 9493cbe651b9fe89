using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Search.Export;

/// <summary>What a compressed weights file holds.</summary>
/// <param name="Layers">Weighted layers, their weights packed.</param>
/// <param name="Tensors">Everything else in the network's state, as it is.</param>
internal sealed record WeightManifest(IReadOnlyList<PackedLayer> Layers, IReadOnlyList<StoredTensor> Tensors)
{
    /// <summary>The version of the file's form.</summary>
    public const int CurrentSchemaVersion = 2;

    private const int MostOfName = 100;
    private const int MostOfReason = 300;

    /// <summary>The manifest as JSON.</summary>
    public string ToJson() => new JObject
    {
        ["schemaVersion"] = CurrentSchemaVersion,
        ["layers"] = new JArray(Layers.Select(layer => layer.ToJson())),
        ["tensors"] = new JArray(Tensors.Select(tensor => tensor.ToJson())),
    }.ToString(Formatting.Indented).ReplaceLineEndings("\n");

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="AbsException">ABS2011: not of this form.</exception>
    public static WeightManifest FromJson(string json)
    {
        try
        {
            using var reader = new JsonTextReader(new StringReader(json)) { MaxDepth = 8, DateParseHandling = DateParseHandling.None };
            var root = JObject.Load(reader);
            if (root.Value<int>("schemaVersion") != CurrentSchemaVersion)
            {
                throw Invalid($"it has schema version {root.Value<int>("schemaVersion")}, this version of AbsBuildTasks reads {CurrentSchemaVersion}");
            }

            var manifest = new WeightManifest(
                [.. root.Value<JArray>("layers")!.Select(PackedLayer.FromJson)],
                [.. root.Value<JArray>("tensors")!.Select(StoredTensor.FromJson)]);
            return manifest.Layers.Select(layer => layer.Name).Concat(manifest.Tensors.Select(tensor => tensor.Name)).GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Skip(1).Any()) is { } twice
                ? throw Invalid($"it names '{Shown(twice.Key)}' twice")
                : manifest;
        }
        catch (Exception exception) when (exception is not AbsException { Code: AbsCodes.InvalidWeights })
        {
            throw Invalid(Printable.Shorten(exception.Message, MostOfReason).TrimEnd('.'), exception);
        }
    }

    /// <summary>A name from a file as messages show it.</summary>
    public static string Shown(string name) => Printable.Shorten(name, MostOfName);

    /// <summary>The error of a weights file that cannot be used.</summary>
    public static AbsException Invalid(string why, Exception? cause = null) => new(
        AbsCodes.InvalidWeights,
        string.Create(CultureInfo.InvariantCulture, $"The compressed weights cannot be used: {why}. Build the model project again to write them anew."),
        cause);
}
