using System.Globalization;
using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>Metrics and losses for people.</summary>
internal static class Quantity
{
    private const int Decimals = 2;
    private const double SmallMetric = 0.1;
    private const double SmallestFixed = 1e-4;

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
}
