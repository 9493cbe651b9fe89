using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Metric and costs over the versions of a snapshot.</summary>
internal static class LogCharts
{
    private const int NameLength = 40;

    /// <summary>A chart of the metric, and one of each cost; none for a snapshot that was never changed.</summary>
    public static IReadOnlyList<Chart> Draw(PlanLog log)
    {
        var versions = log.Readable;
        if (versions.Count < 2)
        {
            return [];
        }

        SweepPoint[] points = [.. versions.Select(version => SweepPoint.Of(version.Plan!))];
        ChartBand[] bands = [.. versions.Select((version, index) => new ChartBand(PlanLog.Short(version), index, 1))];
        return
        [
            Draw(Printable.Shorten(versions[versions.Count - 1].Plan!.Metric.Name, NameLength), point => point.Metric, ""),
            .. log.Kinds.Where(kind => versions.All(version => version.Plan!.Totals.Kinds.Contains(kind))).Select(kind => Draw(Capital(kind.Title), point => point.Costs[kind] * (kind.RelativeProperty is null ? 1 : 100), kind.RelativeProperty is null ? "" : "%")),
        ];

        Chart Draw(string title, Func<SweepPoint, double> value, string unit) => LineChart.Draw(
            title,
            Invariant($"{title} of each version of the snapshot, from {Quantity.Number(value(points[0]), 4)}{unit} in the first to {Quantity.Number(value(points[points.Length - 1]), 4)}{unit} in the last."),
            [new(title, "line", [.. points.Select((point, index) => (index, value(point)))])],
            bands,
            mayBeLogarithmic: true,
            unit: unit);

        static string Capital(string title) => char.ToUpperInvariant(title[0]) + title.Substring(1);
    }
}
