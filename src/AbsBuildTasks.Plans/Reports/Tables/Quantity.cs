using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>Large numbers for people.</summary>
internal static class Quantity
{
    private const int Decimals = 2;
    private const double SmallMetric = 0.1;
    private const double SmallestFixed = 1e-4;

    /// <summary>Operations in thousands (k), millions (M) or billions (G), with one decimal.</summary>
    public static string Operations(long count) => count switch
    {
        >= 10_000_000_000 => Invariant($"{count / 1e9:#,0.0} G"),
        >= 1_000_000 => Invariant($"{count / 1e6:#,0.0} M"),
        >= 1_000 => Invariant($"{count / 1e3:0.0} k"),
        _ => Invariant($"{count}"),
    };

    /// <summary>A metric with two decimals, or with two digits where it is small: never 0 for what is not.</summary>
    /// <param name="value">The metric.</param>
    /// <param name="leastDecimals">Decimals that are written even if they are zeros.</param>
    public static string Metric(double value, int leastDecimals = Decimals)
    {
        var size = Math.Abs(value);
        var least = new string('0', leastDecimals);
        return size is >= SmallMetric or 0 || double.IsNaN(size) ? Text(least + new string('#', Decimals - leastDecimals))
            : size < SmallestFixed ? value.ToString("0.#e-0", CultureInfo.InvariantCulture)
            : Text(least + new string('#', Decimals - 1 - leastDecimals - (int)Math.Floor(Math.Log10(size))));

        string Text(string decimals) => value.ToString("0." + decimals, CultureInfo.InvariantCulture);
    }

    /// <summary>A number with at most so many decimals, a smaller one by its power of ten: never 0 for what is not.</summary>
    /// <param name="value">A loss, for example.</param>
    /// <param name="decimals">The most decimals.</param>
    public static string Number(double value, int decimals) => value.ToString(
        value == 0 || !(Math.Abs(value) < Math.Pow(10, 1 - decimals)) ? "0." + new string('#', decimals) : "0.##e-0",
        CultureInfo.InvariantCulture);

    /// <summary>A difference of metrics, with its sign.</summary>
    public static string Points(double before, double after)
    {
        var difference = PlanNumber.Difference(before, after);
        return (difference > 0 ? "+" : "") + Metric(difference);
    }

    /// <summary>Bytes in KB of 1,024 bytes, with one decimal.</summary>
    public static string Bytes(long count) => Invariant($"{count / 1024.0:#,0.0} KB");
}
