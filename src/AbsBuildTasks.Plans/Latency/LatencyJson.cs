using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Text;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Latency;

/// <summary>The text of a latency table: JSON in a fixed order, a line for each row of numbers. Its schema is docs/latency.schema.json.</summary>
internal static class LatencyJson
{
    /// <summary>The longest text that is read, in characters, and the largest file, in bytes.</summary>
    public const int MaxLength = 4 * 1024 * 1024;

    // An hour. Sums of a network's layers stay far from the end of 64 bits.
    private const long LongestTime = 3_600_000_000_000;

    /// <summary>Writes a table, indented by 2 spaces, with LF between lines and one at the end.</summary>
    public static string Write(LatencyTable table)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var json = new JsonTextWriter(text) { Formatting = Formatting.Indented, Indentation = 2 };
        json.WriteStartObject();
        json.Property("schemaVersion", LatencyTable.CurrentSchemaVersion);
        json.Property("model", table.Model);
        json.Property("machine", table.Machine);
        json.Property("runtime", table.Runtime);
        json.Property("threads", table.Threads);
        json.Property("batch", table.Batch);
        if (table.InputMultiple > 1)
        {
            json.Property("inputMultiple", table.InputMultiple);
        }

        json.WritePropertyName("layers");
        json.WriteStartArray();
        foreach (var layer in table.Layers)
        {
            Write(json, layer);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return text + "\n";
    }

    /// <summary>Reads a table and checks it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="sourceName">What the text is called in messages.</param>
    /// <exception cref="AbsException">ABS1042: not a table; the message names the line.</exception>
    public static LatencyTable Read(string text, string sourceName)
    {
        try
        {
            return text.Length <= MaxLength ? Parse(StrictJson.ReadObject(text)) : throw new JsonShapeException(new TextPosition(1, 1), $"a table of more than {MaxLength / (1024 * 1024)} MiB is not read");
        }
        catch (JsonShapeException error)
        {
            throw new AbsException(
                AbsCodes.InvalidLatencyTable,
                new SourcePlace(sourceName, error.Position.Line, error.Position.Column),
                $"{error.Message}. Restore the table from version control, or write it anew with 'abs profile'.",
                error);
        }
    }

    private static void Write(JsonTextWriter json, LatencyLayer layer)
    {
        json.WriteStartObject();
        json.Number("names", JsonConvert.SerializeObject(layer.Names));
        json.Property("kind", layer.Kind);
        json.Property("filters", layer.Filters);
        json.Property("inputs", layer.Inputs);
        json.Property("groups", layer.Groups);
        json.Property("kernelSize", layer.KernelSize);
        json.Property("positions", layer.Positions);
        json.Property("call", layer.Call);
        json.Number("filterPoints", Row(layer.FilterPoints));
        json.Number("inputPoints", Row(layer.InputPoints));
        foreach (var (name, rows) in new[] { ("float32", layer.Float32), ("int8", layer.Int8) })
        {
            json.WritePropertyName(name);
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteRawValue(Row(row));
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static string Row(IEnumerable<long> numbers) => $"[{string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)))}]";

    private static LatencyTable Parse(StrictObject json)
    {
        json.Int("schemaVersion", LatencyTable.CurrentSchemaVersion, LatencyTable.CurrentSchemaVersion);
        var layers = json.Objects("layers");
        var table = new LatencyTable
        {
            Model = json.String("model"),
            Machine = json.String("machine"),
            Runtime = json.String("runtime"),
            Threads = json.Int("threads", 1, 4096),
            Batch = json.Int("batch", 1, int.MaxValue),
            InputMultiple = json.Names.Contains("inputMultiple") ? json.Int("inputMultiple", 2, int.MaxValue) : 1,
            Layers = [.. layers.Select(ParseLayer)],
        };
        json.End();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (layer, place) in table.Layers.Zip(layers, (layer, place) => (layer, place)))
        {
            if (layer.Names.FirstOrDefault(name => !names.Add(name)) is { } twice)
            {
                throw place.Wrong("names", $"has '{Printable.Shorten(twice, 60)}' a second time");
            }
        }

        return table.Layers.Count > 0 ? table : throw json.Wrong("layers", "is empty");
    }

    private static LatencyLayer ParseLayer(StrictObject json)
    {
        var layer = new LatencyLayer
        {
            Names = json.Strings("names") is { Count: > 0 } names ? names : throw json.Wrong("names", "is empty"),
            Kind = json.String("kind"),
            Filters = json.Int("filters", 1, int.MaxValue),
            Inputs = json.Int("inputs", 1, int.MaxValue),
            Groups = json.Int("groups", 1, int.MaxValue),
            KernelSize = json.Int("kernelSize", 1, int.MaxValue),
            Positions = json.Long("positions") is >= 1 and var positions ? positions : throw json.Wrong("positions", "is below 1"),
            Call = json.String("call"),
            FilterPoints = Points(json, "filterPoints", json.Int("filters", 1, int.MaxValue)),
            InputPoints = Points(json, "inputPoints", json.Int("inputs", 1, int.MaxValue)),
            Float32 = json.Rows("float32"),
            Int8 = json.Rows("int8"),
        };
        json.End();
        foreach (var (name, rows) in new[] { ("float32", layer.Float32), ("int8", layer.Int8) })
        {
            if (rows.Count != layer.FilterPoints.Count || rows.Any(row => row.Count != layer.InputPoints.Count))
            {
                throw json.Wrong(name, "does not have a row for each of filterPoints, with a number for each of inputPoints");
            }

            if (rows.Any(row => row.Any(time => time is < 1 or > LongestTime)))
            {
                throw json.Wrong(name, FormattableString.Invariant($"holds a time that is not 1 to {LongestTime} nanoseconds"));
            }
        }

        return layer;
    }

    private static IReadOnlyList<long> Points(StrictObject json, string name, long most)
    {
        var points = json.Longs(name);
        return points.Count > 0 && points[0] >= 1 && points[points.Count - 1] <= most && points.Zip(points.Skip(1), (one, next) => one < next).All(rises => rises)
            ? points
            : throw json.Wrong(name, FormattableString.Invariant($"does not rise from at least 1 to at most {most}"));
    }
}
