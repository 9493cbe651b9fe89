using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>How far a plan may regress under <see cref="SnapshotPolicy.NoRegression"/>. Everything is 0 by default.</summary>
public sealed record SnapshotTolerances
{
    private const string Example = "write for example \"metric=1;bops=5%;size=20%;bits=4;filters=25%\"";

    /// <summary>No tolerance at all.</summary>
    public static SnapshotTolerances None { get; } = new();

    /// <summary>Points the metric may fall.</summary>
    public double Metric { get; init; }

    /// <summary>Share the network's bit-operations may rise, relative to the snapshot's: 0.05 for 5 %.</summary>
    public double Bops { get; init; }

    /// <summary>Share the network's size may rise, relative to the snapshot's.</summary>
    public double Size { get; init; }

    /// <summary>Bits a layer's weights or activations may rise.</summary>
    public int Bits { get; init; }

    /// <summary>Filters a layer may gain, as a share of all its filters.</summary>
    public double Filters { get; init; }

    /// <summary>Reads <c>metric=1;bops=5%;size=20%;bits=4;filters=25%</c>; what is left out is 0.</summary>
    /// <exception cref="AbsException">ABS1005: a name is unknown or given twice, or a value cannot be read.</exception>
    public static SnapshotTolerances Parse(string text)
    {
        var tolerances = None;
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(';').Select(part => part.Trim()).Where(part => part.Length > 0))
        {
            var sides = part.Split('=').Select(side => side.Trim()).ToArray();
            if (sides.Length != 2)
            {
                throw Error(text, $"'{Printable.Escape(part)}' is not of the form name=value");
            }

            if (!names.Add(sides[0]))
            {
                throw Error(text, $"'{Printable.Escape(sides[0])}' is given twice");
            }

            tolerances = sides[0].ToLowerInvariant() switch
            {
                "metric" => tolerances with { Metric = Number(text, sides[1]) },
                "bops" => tolerances with { Bops = Share(text, sides[1]) },
                "size" => tolerances with { Size = Share(text, sides[1]) },
                "bits" => tolerances with { Bits = WholeBits(text, sides[1]) },
                "filters" => tolerances with { Filters = Share(text, sides[1]) },
                _ => throw Error(text, $"'{Printable.Escape(sides[0])}' is not one of metric, bops, size, bits, filters"),
            };
        }

        return tolerances;
    }

    private static double Number(string text, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= 0 && !double.IsInfinity(number)
            ? number
            : throw Error(text, $"'{Printable.Escape(value)}' is not a number of at least 0");

    private static double Share(string text, string value) =>
        value.EndsWith("%", StringComparison.Ordinal)
            ? Number(text, value.Substring(0, value.Length - 1).TrimEnd()) / 100
            : throw Error(text, $"'{Printable.Escape(value)}' is not a percentage");

    private static int WholeBits(string text, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && bits <= 32
            ? bits
            : throw Error(text, $"'{Printable.Escape(value)}' is not a whole number of bits, 0 to 32");

    private static AbsException Error(string text, string problem) =>
        new(AbsCodes.InvalidSetting, $"Tolerances \"{Printable.Escape(text)}\": {problem}; {Example}.");
}
