using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>The table of a sweep: what each budget came to, and which are not worth it.</summary>
internal static class SweepTable
{
    private const int NameWidth = 40;
    private const string Dominated = "dominated";

    /// <summary>Writes the table that a build prints, the cheapest point first; lines end in LF, with none at the end.</summary>
    public static string Write(SweepResult sweep)
    {
        string[] header = [.. Columns(sweep), ""];
        var rows = sweep.ByCost().Select(point => (string[])[.. Numbers(sweep, point), string.Join(", ", Remarks(sweep, point))]);
        return string.Join("\n", [.. TextColumns.Align([header, .. rows], [.. Enumerable.Range(1, header.Length - 2)]), .. MetricWords.Remarks(sweep)]);
    }

    /// <summary>A point: budget, costs, metric, its difference from full precision, bits of weights and activations, kept filters.</summary>
    internal static string[] Numbers(SweepResult sweep, SweepPoint point) =>
    [
        point.Budget,
        .. sweep.Kinds.Select(kind => Cost(point, kind, "0.00##")),
        Quantity.Metric(point.Metric),
        Quantity.Points(sweep.FullPrecision, point.Metric),
        Invariant($"{point.WeightBits:0.0} bit"),
        Invariant($"{point.ActivationBits:0.0} bit"),
        Invariant($"{100 * point.KeptFilters:0}%"),
    ];

    /// <summary>A point's cost: in percent of full precision, or its amount.</summary>
    /// <param name="point">The point.</param>
    /// <param name="kind">The cost.</param>
    /// <param name="format">How a percentage is written.</param>
    internal static string Cost(SweepPoint point, CostKind kind, string format) => kind.RelativeProperty is null
        ? kind.Short((long)point.Costs[kind])
        : (100 * point.Costs[kind]).ToString(format, CultureInfo.InvariantCulture) + "%";

    /// <summary>What is to be said of a point beside a plan, the sweep's first.</summary>
    internal static string Remark(SweepResult sweep, SweepPoint point) =>
        string.Join(", ", Remarks(sweep, point).Prepend(ReferenceEquals(point, sweep.Points[0]) ? "this plan" : "").Where(part => part.Length > 0));

    /// <summary>The table in a plan's report.</summary>
    internal static ReportTable Of(SweepResult sweep) => new(
        [.. Columns(sweep).Select((title, index) => new ReportColumn(title, IsNumber: index > 0)), new("")],
        [.. sweep.ByCost().Select(point => (IReadOnlyList<ReportCell>)[.. Numbers(sweep, point).Select(text => new ReportCell(text)), new(Remark(sweep, point))])],
        "budget");

    private static IEnumerable<string> Remarks(SweepResult sweep, SweepPoint point) =>
        new[] { sweep.IsDominated(point) ? Dominated : "", point.IsEndedEarly ? "ended early" : "" }.Where(part => part.Length > 0);

    private static string[] Columns(SweepResult sweep) =>
        ["budget", .. sweep.Kinds.Select(kind => kind.Title), Printable.Shorten(sweep.MetricName, NameWidth) + MetricWords.Sense(sweep.LowerIsBetter), "points", "weights", "activations", "filters"];
}
