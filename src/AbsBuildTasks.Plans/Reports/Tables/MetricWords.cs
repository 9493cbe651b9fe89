using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Sweeps;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>How a metric's difference reads: never without how large chance is, and what it is a difference from.</summary>
internal static class MetricWords
{
    /// <summary>What to say where the full-precision network has had fewer steps than the compressed one.</summary>
    internal const string Unconverged = "full precision had fewer steps and may be unconverged: set Baseline=\"EqualSteps\" or raise TrainEpochs";

    private const int MostDecimals = 9;

    /// <summary>What stands behind a metric's name, with a space; empty where higher is better, as is usual.</summary>
    internal static string Sense(bool lowerIsBetter) => lowerIsBetter ? " (lower is better)" : "";

    /// <summary>The noise of a metric: <c>±0.62 (95%, n = 1000)</c>.</summary>
    /// <param name="noise">Half the width of the interval.</param>
    /// <param name="examples">How many test examples there are, where that is known.</param>
    public static string Noise(double noise, int? examples) => "±" + Words(noise, examples);

    /// <summary>The noise of a plan's metric with what it means for the plan's difference; empty where it is not known.</summary>
    internal static string Noise(PlanMetric metric) => metric.Noise is { } noise ? Noise(noise, metric.Examples) + Verdict(metric, noise) : "";

    /// <summary>Whatever is to be said behind a plan's difference from full precision, in ASCII; empty where nothing is known.</summary>
    internal static string Remarks(PlanMetric metric) =>
        (metric.Noise is { } noise ? ", +/-" + Words(noise, metric.Examples) + Verdict(metric, noise) : "") + (IsUnconverged(metric.Baseline) ? "; " + Unconverged : "");

    /// <summary>What is to be said beneath the points of a sweep, in ASCII: a line, or none.</summary>
    internal static IEnumerable<string> Remarks(SweepResult sweep)
    {
        string[] parts = [.. sweep.Noise is { } noise ? ["points are +/-" + Words(noise, sweep.Examples)] : Array.Empty<string>(), .. IsUnconverged(sweep.Baseline) ? [Unconverged] : Array.Empty<string>()];
        return parts.Length == 0 ? [] : [string.Join("; ", parts)];
    }

    /// <summary>Whether the full-precision network has had fewer steps.</summary>
    internal static bool IsUnconverged(BaselineKind? baseline) => baseline == BaselineKind.AsTrained;

    private static string Verdict(PlanMetric metric, double noise) =>
        Math.Abs(metric.Compressed - metric.FullPrecision) <= noise && metric.Compressed != metric.FullPrecision ? ", within noise" : "";

    /// <summary>A noise with its first two digits: <c>1.1</c>, <c>0.62</c>, <c>0.011</c>.</summary>
    internal static string Margin(double noise)
    {
        var decimals = noise > 0 ? Math.Min(Math.Max(1 - (int)Math.Floor(Math.Log10(noise)), 0), MostDecimals) : 1;
        return noise.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private static string Words(double noise, int? examples) =>
        examples is { } count ? Invariant($"{Margin(noise)} (95%, n = {count})") : $"{Margin(noise)} (95%)";
}
