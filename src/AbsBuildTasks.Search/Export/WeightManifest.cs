using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
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
                throw Invalid($"it has schema version {root["schemaVersion"]}, this version of AbsBuildTasks reads {CurrentSchemaVersion}");
            }

            return new WeightManifest(
                [.. root.Value<JArray>("layers")!.Select(PackedLayer.FromJson)],
                [.. root.Value<JArray>("tensors")!.Select(StoredTensor.FromJson)]);
        }
        catch (Exception exception) when (exception is not AbsException)
        {
            throw Invalid(exception.Message.ReplaceLineEndings(" "), exception);
        }
    }

    /// <summary>The error of a weights file that cannot be used.</summary>
    public static AbsException Invalid(string why, Exception? cause = null) => new(
        AbsCodes.InvalidWeights,
        string.Create(CultureInfo.InvariantCulture, $"The compressed weights cannot be used: {why}. Build the model project again to write them anew."),
        cause);
}
