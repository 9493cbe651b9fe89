using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>
/// How far a plan may regress under <see cref="SnapshotPolicy.NoRegression"/>. By default the metric may fall by its noise,
/// and all else is 0.
/// </summary>
public sealed record SnapshotTolerances
{
    private const string FurtherMetric = "metric:";
    private const int MaxNameLength = 80;
    private const string Example = "write for example \"metric=1;bops=5%;size=20%;bits=4;filters=25%\"";

    private static readonly IReadOnlyDictionary<string, SnapshotTolerance> NoFurther = new Dictionary<string, SnapshotTolerance>(StringComparer.Ordinal);

    /// <summary>Nothing said: no tolerance but for the metric's noise.</summary>
    public static SnapshotTolerances None { get; } = new();

    /// <summary>How far the metric may get worse: in its own points, or relative to the snapshot's; null for its noise.</summary>
    public SnapshotTolerance? Metric { get; init; }

    /// <summary>How far plans differ by seed, for <see cref="SnapshotPolicy.Noise"/>; null where nobody has measured it.</summary>
    internal NoiseBand? Noise { get; init; }

    /// <summary>The same of the plan that is checked, which then stands for the mean of its runs; null where it is known alone. That of another plan counts for nothing.</summary>
    internal NoiseBand? NoiseAgain { get; init; }

    /// <summary>How far each further metric may get worse, by its name: likewise; its noise where it is not there.</summary>
    public IReadOnlyDictionary<string, SnapshotTolerance> Further { get; init; } = NoFurther;

    /// <summary>
    /// How far the network's bit-operations may rise: relative to the snapshot's, or as a share of full precision, in which
    /// budgets are written (0.001 for 0.1 percentage points).
    /// </summary>
    public SnapshotTolerance Bops
    {
        get => Costs[CostKind.Bops];
        init => Costs = Costs.With(CostKind.Bops, value);
    }

    /// <summary>How far the network's size may rise: in bytes, or relative to the snapshot's.</summary>
    public SnapshotTolerance Size
    {
        get => Costs[CostKind.Size];
        init => Costs = Costs.With(CostKind.Size, value);
    }

    /// <summary>How far each of the network's costs may rise.</summary>
    internal PerCost<SnapshotTolerance> Costs { get; init; }

    /// <summary>Bits a layer's weights or activations may rise.</summary>
    public int Bits { get; init; }

    /// <summary>How many filters a layer may gain: their number, or a share of all its filters.</summary>
    public SnapshotTolerance Filters { get; init; }

    /// <summary>
    /// Reads <c>metric=1;metric:F1=2%;bops=5%;size=20%;bits=4;filters=25%</c>; what is left out is 0, and of a metric its noise. Without a percent sign, a metric is in
    /// its own points, bit-operations are in points of full precision (<c>0.1pt</c>), a size is in bytes (<c>2KB</c>), and
    /// filters are counted.
    /// </summary>
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

            var name = sides[0].ToLowerInvariant();
            tolerances = name switch
            {
                _ when name.StartsWith(FurtherMetric, StringComparison.Ordinal) => tolerances with
                {
                    Further = tolerances.Further
                        .Append(new KeyValuePair<string, SnapshotTolerance>(MetricName(text, sides[0].Substring(FurtherMetric.Length).Trim()), Relative(text, sides[1]) ?? new(Number(text, sides[1]), false)))
                        .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
                },
                _ when CostKind.Find(name) is { } kind => tolerances with { Costs = tolerances.Costs.With(kind, Cost(text, sides[1], kind)) },
                "metric" => tolerances with { Metric = Relative(text, sides[1]) ?? new(Number(text, sides[1]), false) },
                "bits" => tolerances with { Bits = WholeNumber(text, sides[1], "bits", 32) },
                "filters" => tolerances with { Filters = Relative(text, sides[1]) ?? new(WholeNumber(text, sides[1], "filters", int.MaxValue), false) },
                _ => throw Error(text, $"'{Printable.Escape(sides[0])}' is not one of metric, metric:NAME, {string.Join(", ", CostKind.All.Select(kind => kind.Key))}, bits, filters"),
            };
        }

        return tolerances;
    }

    // Reports and comments show it.
    private static string MetricName(string text, string name) =>
        name.Length > MaxNameLength ? throw Error(text, FormattableString.Invariant($"a metric's name has more than {MaxNameLength} characters"))
        : name.Any(char.IsControl) ? throw Error(text, $"the metric's name '{Printable.Escape(name)}' has control characters")
        : name;

    private static double Number(string text, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= 0 && !double.IsInfinity(number)
            ? number
            : throw Error(text, $"'{Printable.Escape(value)}' is not a number of at least 0");

    private static SnapshotTolerance? Relative(string text, string value) =>
        Before(value, "%") is { } number ? new SnapshotTolerance(Number(text, number) / 100, true) : null;

    private static SnapshotTolerance Cost(string text, string value, CostKind kind) =>
        Relative(text, value) ?? new(kind.Amounts is { } amounts ? Amount(text, value, amounts) : Points(text, value), false);

    private static double Points(string text, string value) => Before(value, "pt") is { } number
        ? Number(text, number) / 100
        : throw Error(text, $"'{Printable.Escape(value)}' is neither a percentage nor points of full precision, such as 0.1pt");

    private static double Amount(string text, string value, CostAmounts amounts) =>
        amounts.Read(value) ?? throw Error(text, $"'{Printable.Escape(value)}' is neither a percentage nor {amounts.Noun}, such as {amounts.Example}");

    private static int WholeNumber(string text, string value, string unit, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw Error(text, FormattableString.Invariant($"'{Printable.Escape(value)}' is not a whole number of {unit}, 0 to {most}"));

    private static string? Before(string value, string ending) =>
        value.EndsWith(ending, StringComparison.OrdinalIgnoreCase) ? value.Substring(0, value.Length - ending.Length).TrimEnd() : null;

    private static AbsException Error(string text, string problem) =>
        new(AbsCodes.InvalidSetting, $"Tolerances \"{Printable.Escape(text)}\": {problem}; {Example}.");
}
