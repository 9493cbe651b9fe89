using AbsBuildTasks.Plans.Sweeps;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports;

/// <summary>The table of a sweep that a build prints: what each budget came to, and which are not worth it.</summary>
public static class SweepTable
{
    private const int NameWidth = 40;

    /// <summary>Writes a sweep, the cheapest point first; lines end in LF, with none at the end.</summary>
    public static string Write(SweepResult sweep)
    {
        string[] header = ["budget", "BOPs", "size", Printable.Shorten(sweep.MetricName, NameWidth), "points", "weights", "activations", "filters", ""];
        var points = sweep.Points.OrderBy(point => point.RelativeBops).ThenBy(point => point.SizeBytes).ThenBy(point => point.Budget, StringComparer.Ordinal);
        return string.Join("\n", TextColumns.Align([header, .. points.Select(point => Row(sweep, point))], 1, 2, 3, 4, 5, 6, 7));
    }

    private static string[] Row(SweepResult sweep, SweepPoint point) =>
    [
        point.Budget,
        Invariant($"{100 * point.RelativeBops:0.00##}%"),
        Quantity.Bytes(point.SizeBytes),
        Invariant($"{point.Metric:0.00}"),
        Invariant($"{point.Metric - sweep.FullPrecision:+0.00;-0.00;0.00}"),
        Invariant($"{point.WeightBits:0.0} bit"),
        Invariant($"{point.ActivationBits:0.0} bit"),
        Invariant($"{100 * point.KeptFilters:0}%"),
        sweep.IsDominated(point) ? "dominated" : "",
    ];
}
