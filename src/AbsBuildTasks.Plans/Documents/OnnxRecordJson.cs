using System.Globalization;
using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Text;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>The text of an <see cref="OnnxRecord"/>: JSON in a fixed order, equal records being equal bytes. Its schema is docs/onnx.schema.json.</summary>
internal static class OnnxRecordJson
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaxLength = 1 << 16;

    /// <summary>Writes a record, indented by 2 spaces, with LF between lines and none at the end.</summary>
    public static string Write(OnnxRecord record)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var json = new JsonTextWriter(text) { Formatting = Formatting.Indented, Indentation = 2 };
        json.WriteStartObject();
        json.Property("schemaVersion", OnnxRecord.CurrentSchemaVersion);
        json.Property("fileBytes", record.FileBytes);
        json.Property("floatBytes", record.FloatBytes);
        json.Property("opset", record.Opset);
        json.Property("metricName", record.MetricName);
        json.Number("metric", PlanNumber.Metric(PlanNumber.RoundMetric(record.Metric)));
        json.Number("networkMetric", PlanNumber.Metric(PlanNumber.RoundMetric(record.NetworkMetric)));
        json.WritePropertyName("quantizesSums");
        json.WriteValue(record.QuantizesSums);
        json.Property("layers", record.Layers);
        json.Property("integerLayers", record.IntegerLayers);
        if (record.Products > 0)
        {
            json.Property("products", record.Products);
            json.Property("integerProducts", record.IntegerProducts);
        }

        json.WriteEndObject();
        return text.ToString();
    }

    /// <summary>Reads a record and checks its ranges.</summary>
    /// <param name="text">The text.</param>
    /// <param name="sourceName">What the text is called in messages.</param>
    /// <exception cref="AbsException">ABS6007: not such a record.</exception>
    public static OnnxRecord Read(string text, string sourceName)
    {
        try
        {
            var json = StrictJson.ReadObject(text);
            var products = json.Names.Contains("products") ? json.Int("products", 1, int.MaxValue) : 0;
            json.Int("schemaVersion", OnnxRecord.CurrentSchemaVersion, OnnxRecord.CurrentSchemaVersion);
            var record = new OnnxRecord
            {
                FileBytes = Bytes(json, "fileBytes"),
                FloatBytes = Bytes(json, "floatBytes"),
                Opset = json.Int("opset", OnnxRecord.LowestOpset, OnnxRecord.HighestOpset),
                MetricName = json.String("metricName"),
                Metric = Metric(json, "metric"),
                NetworkMetric = Metric(json, "networkMetric"),
                QuantizesSums = json.Boolean("quantizesSums"),
                Layers = json.Int("layers", 0, int.MaxValue),
                IntegerLayers = json.Int("integerLayers", 0, json.Int("layers", 0, int.MaxValue)),
                Products = products,
                IntegerProducts = products > 0 ? json.Int("integerProducts", 0, products) : 0,
            };
            json.End();
            return record;
        }
        catch (JsonShapeException error)
        {
            throw Wrong(FormattableString.Invariant($"{Printable.Escape(sourceName)}({error.Position.Line},{error.Position.Column}): {error.Message}"), error);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="AbsException">ABS6007: it is no such record, or too large to be one.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnnxRecord ReadFile(string path) => Read(
        OrdinaryFile.ReadTextAtMost(path, MaxLength) ?? throw Wrong($"{Printable.Escape(Path.GetFileName(path))}: the file is too large"),
        Path.GetFileName(path));

    /// <summary>Writes a file atomically.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteFile(string path, OnnxRecord record) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(Write(record)));

    private static AbsException Wrong(string what, Exception? cause = null) => new(AbsCodes.InvalidOnnxRecord, $"{what}. Delete the file and build again.", cause);

    private static long Bytes(StrictObject json, string name) => json.Long(name) is > 0 and var bytes ? bytes : throw json.Wrong(name, "is not positive");

    private static double Metric(StrictObject json, string name) =>
        json.Double(name) is >= -PlanNumber.LargestMetric and <= PlanNumber.LargestMetric and var value ? value : throw json.Wrong(name, "is out of range");
}
