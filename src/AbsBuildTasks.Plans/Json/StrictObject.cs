using AbsBuildTasks.Plans.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Json;

/// <summary>A JSON object whose properties are taken by name and type, and which may hold no others.</summary>
/// <param name="json">The object.</param>
/// <param name="path">Its path with a dot at the end, or an empty text for the root.</param>
internal sealed class StrictObject(JObject json, string path)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Where the object begins.</summary>
    public TextPosition Position => PositionOf(json);

    /// <summary>Names of all properties, in the order of the text.</summary>
    public IEnumerable<string> Names => json.Properties().Select(property => property.Name);

    public bool IsNull(string name) => Take(name).Type == JTokenType.Null;

    public string String(string name) => (string)Value(name, JTokenType.String, "a text")!;

    public string? OptionalString(string name) => IsNull(name) ? null : String(name);

    public bool Boolean(string name) => (bool)Value(name, JTokenType.Boolean, "true or false")!;

    public long Long(string name)
    {
        // The reader makes a BigInteger of what does not fit.
        var value = (JValue)Value(name, JTokenType.Integer, "a whole number");
        return value.Value is long number ? number : throw Wrong(name, "does not fit 64 bits");
    }

    public int Int(string name, int least, int most)
    {
        var value = Long(name);
        return value >= least && value <= most
            ? (int)value
            : throw Wrong(name, FormattableString.Invariant($"is {value}, out of range {least} to {most}"));
    }

    public double Double(string name)
    {
        var token = Take(name);
        var value = token.Type is JTokenType.Float || (token as JValue)?.Value is long ? (double)token : throw Wrong(name, "is not a number");
        return double.IsNaN(value) || double.IsInfinity(value) ? throw Wrong(name, "is not a finite number") : value;
    }

    public double? OptionalDouble(string name) => IsNull(name) ? null : Double(name);

    public StrictObject Object(string name) => new((JObject)Value(name, JTokenType.Object, "an object"), $"{path}{name}.");

    public IReadOnlyList<string> Strings(string name) =>
        [.. Value(name, JTokenType.Array, "a list").Select(item => item.Type == JTokenType.String ? (string)item! : throw Wrong(name, "is not a list of texts"))];

    public IReadOnlyList<long> Longs(string name) => Longs(name, Value(name, JTokenType.Array, "a list"));

    public IReadOnlyList<IReadOnlyList<long>> Rows(string name) => [.. Value(name, JTokenType.Array, "a list").Select(row => Longs(name, row))];

    public IReadOnlyList<StrictObject> Objects(string name) =>
        [.. Value(name, JTokenType.Array, "a list").Select((item, index) => item is JObject value
            ? new StrictObject(value, FormattableString.Invariant($"{path}{name}[{index}]."))
            : throw Wrong(name, "is not a list of objects"))];

    /// <summary>Checks that every property has been taken.</summary>
    /// <exception cref="JsonShapeException">There is another one.</exception>
    public void End()
    {
        if (json.Properties().FirstOrDefault(property => !_taken.Contains(property.Name)) is { } unknown)
        {
            throw new JsonShapeException(PositionOf(unknown), $"{path}{Printable.Shorten(unknown.Name, 60)} is not a known property");
        }
    }

    /// <summary>The error of a property that has been read but may not hold its value.</summary>
    public JsonShapeException Wrong(string name, string message) => new(PropertyPosition(name), $"{path}{name} {message}");

    /// <summary>Where a property ends its name; the object where it has none of this name.</summary>
    public TextPosition PropertyPosition(string name) => PositionOf((JToken?)json.Property(name, StringComparison.Ordinal) ?? json);

    private static TextPosition PositionOf(JToken token)
    {
        var info = (IJsonLineInfo)token;
        return new(info.LineNumber, info.LinePosition);
    }

    private JToken Value(string name, JTokenType type, string expected)
    {
        var token = Take(name);
        return token.Type == type ? token : throw Wrong(name, $"is not {expected}");
    }

    private IReadOnlyList<long> Longs(string name, JToken list) => list is JArray
        ? [.. list.Select(item => (item as JValue)?.Value is long number ? number : throw Wrong(name, "is not a list of whole numbers"))]
        : throw Wrong(name, "is not a list of whole numbers");

    private JToken Take(string name)
    {
        _taken.Add(name);
        return json.Property(name, StringComparison.Ordinal)?.Value ?? throw Wrong(name, "is missing");
    }
}
