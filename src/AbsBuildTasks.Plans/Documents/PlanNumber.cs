using System.Globalization;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>The one spelling of each real number in a plan.</summary>
internal static class PlanNumber
{
    /// <summary>Decimals of shares between 0 and 1.</summary>
    public const int ShareDecimals = 6;

    /// <summary>Decimals of a metric from 10 on, and of mean bits.</summary>
    public const int MetricDecimals = 4;

    /// <summary>Beyond this a metric's decimals no longer fit a double's 15 digits.</summary>
    public const double LargestMetric = 1e9;

    /// <summary>Sums of decimals such as 90.1 - 0.1 miss their decimal by less than this share.</summary>
    public const double RoundingError = 1e-12;

    // A metric that has more digits with its decimals than this has those; one below keeps this many digits.
    private const int MetricDigits = 6;
    private const double SmallMetric = 10;

    // Below, zeros would hide the digits.
    private const double SmallestFixed = 1e-4;

    /// <summary>Rounds half away from zero, and -0 to 0.</summary>
    public static double Round(double value, int decimals) =>
        Math.Abs(value) <= LargestMetric ? Math.Round(value, decimals, MidpointRounding.AwayFromZero) + 0.0 : value;

    /// <summary>Rounds a metric: to 4 decimals, or 6 digits where those are more; an error of 5e-8 is not 0.</summary>
    public static double RoundMetric(double value) => Math.Abs(value) < SmallMetric && value != 0
        ? Digits(value, MetricDigits)
        : Round(value, MetricDecimals);

    /// <summary>Rounds to some significant digits.</summary>
    public static double Digits(double value, int digits) =>
        double.Parse(value.ToString(FormattableString.Invariant($"E{digits - 1}"), CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>The difference of two metrics, without what binary fractions add to it.</summary>
    public static double Difference(double before, double after)
    {
        var decimals = Math.Max(DecimalsOf(before), DecimalsOf(after));
        return decimals <= 15 ? Round(after - before, decimals) : RoundMetric(after - before);
    }

    /// <summary>Writes a share of at most 6 decimals, at least one of them.</summary>
    public static string Share(double value) => value.ToString("0.0#####", CultureInfo.InvariantCulture);

    /// <summary>Writes a rounded metric with at least one decimal, a very small one by its power of ten.</summary>
    public static string Metric(double value) => Text(value, "0.0########");

    /// <summary>Writes a number of a diff: a rounded metric, a difference or a count.</summary>
    public static string Plain(double value) => Text(value, "0.#########");

    private static string Text(double value, string format) =>
        value.ToString(value == 0 || Math.Abs(value) >= SmallestFixed ? format : "0.#####e-0", CultureInfo.InvariantCulture);

    private static int DecimalsOf(double metric) => Math.Abs(metric) >= SmallMetric || metric == 0
        ? MetricDecimals
        : MetricDigits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(metric)));
}
