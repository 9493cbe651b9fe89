using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Search.Export;

/// <summary>What a compressed weights file holds.</summary>
/// <param name="Layers">Weighted layers, their weights packed.</param>
/// <param name="Tensors">Everything else in the network's state, as it is.</param>
internal sealed record WeightManifest(IReadOnlyList<PackedLayer> Layers, IReadOnlyList<StoredTensor> Tensors)
{
    /// <summary>The version of the file's form.</summary>
    public const int CurrentSchemaVersion = 2;

    private const string ValuesProperty = "values";

    private const int MostOfName = 100;
    private const int MostOfReason = 300;

    private static readonly JsonWriterOptions Form = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Values between layers that the deployed file holds in bytes; an application that runs the network itself passes them over.</summary>
    public IReadOnlyList<PackedValue> Values { get; init; } = [];

    /// <summary>The manifest as JSON.</summary>
    public string ToJson()
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, Form))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", CurrentSchemaVersion);
            json.WriteStartArray("layers");
            foreach (var layer in Layers)
            {
                layer.Write(json);
            }

            json.WriteEndArray();
            json.WriteStartArray("tensors");
            foreach (var tensor in Tensors)
            {
                tensor.Write(json);
            }

            json.WriteEndArray();
            WriteValues(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="AbsException">ABS2011: not of this form.</exception>
    public static WeightManifest FromJson(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            var root = document.RootElement;
            if (root.Part("schemaVersion").GetInt32() is var version and not CurrentSchemaVersion)
            {
                throw Invalid($"it has schema version {version}, this version of AbsBuildTasks reads {CurrentSchemaVersion}");
            }

            var manifest = new WeightManifest(
                [.. root.Part("layers").EnumerateArray().Select(PackedLayer.Read)],
                [.. root.Part("tensors").EnumerateArray().Select(StoredTensor.Read)])
            {
                Values = root.TryGetProperty(ValuesProperty, out var values) ? [.. values.EnumerateArray().Select(PackedValue.Read)] : [],
            };
            if (manifest.Values.GroupBy(value => (value.Function, value.Call, value.Result)).FirstOrDefault(same => same.Skip(1).Any()) is { } equal)
            {
                throw Invalid($"it has result {equal.Key.Result} of call {equal.Key.Call} of '{Shown(equal.Key.Function)}' twice");
            }

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

    /// <summary>Nothing where there are none, so that such files are as ever.</summary>
    private void WriteValues(Utf8JsonWriter json)
    {
        if (Values.Count == 0)
        {
            return;
        }

        json.WriteStartArray(ValuesProperty);
        foreach (var value in Values)
        {
            value.Write(json);
        }

        json.WriteEndArray();
    }
}
