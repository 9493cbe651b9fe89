using System.Globalization;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>The one spelling of each real number in a plan.</summary>
internal static class PlanNumber
{
    /// <summary>Decimals of shares between 0 and 1.</summary>
    public const int ShareDecimals = 6;

    /// <summary>Decimals of a metric.</summary>
    public const int MetricDecimals = 4;

    /// <summary>Beyond this a metric's decimals no longer fit a double's 15 digits.</summary>
    public const double LargestMetric = 1e9;

    /// <summary>Rounds half away from zero, and -0 to 0.</summary>
    public static double Round(double value, int decimals) =>
        Math.Abs(value) <= LargestMetric ? Math.Round(value, decimals, MidpointRounding.AwayFromZero) + 0.0 : value;

    /// <summary>Writes a share of at most 6 decimals, at least one of them.</summary>
    public static string Share(double value) => value.ToString("0.0#####", CultureInfo.InvariantCulture);

    /// <summary>Writes a metric of at most 4 decimals, at least one of them.</summary>
    public static string Metric(double value) => value.ToString("0.0###", CultureInfo.InvariantCulture);
}
