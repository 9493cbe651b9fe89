using System.Xml.Linq;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Cost against quality of the plans of a sweep, of which the first is marked; each with its budget where there is room.</summary>
internal static class FrontChart
{
    private const double Left = 60;
    private const double Right = Chart.Width - 14;
    private const double Top = 52;
    private const double Bottom = 204;
    private const double Height = 240;
    private const int BudgetLength = 20;

    /// <summary>Draws a sweep.</summary>
    public static Chart Draw(SweepResult sweep)
    {
        var points = sweep.ByCost();
        var across = Scale.Of([.. points.Select(Percent)]);
        var up = Scale.Of([.. points.Select(point => point.Metric)]);
        var marked = sweep.Points[0];
        var metric = Printable.Shorten(sweep.MetricName, 40) + MetricWords.Sense(sweep.LowerIsBetter);
        return new(
            $"{metric} against {CostKind.Leading.Title}",
            Invariant($"{points.Count} budgets, of which {points.Count(point => !sweep.IsDominated(point))} are no worse than any other; this plan has {metric} {Quantity.Metric(marked.Metric)} at {Percent(marked):0.###}% of the {CostKind.Leading.Words}."),
            Height,
            [
                Svg.Text(0, 14, $"{metric} against {CostKind.Leading.Title}", "title"),
                Svg.Circle(4, 29, 4, "blue"), Svg.Text(13, 33, "worth it", "legend"),
                Svg.Circle(100, 29, 4, "hollow"), Svg.Text(109, 33, "dominated", "legend"),
                Svg.Circle(196, 29, 6, "ring"), Svg.Text(207, 33, "this plan", "legend"),
                .. up.Ticks.Select(tick => Svg.Horizontal(Left, Right, Y(tick), "grid")),
                .. up.Ticks.Select(tick => Svg.Text(Left - 6, Y(tick) + 4, Scale.Text(tick), "tick", "end")),
                .. across.Ticks.Select(tick => Svg.Vertical(X(tick), Top, Bottom, "grid")),
                .. across.Ticks.Select(tick => Svg.Text(X(tick), Bottom + 16, Scale.Text(tick), "tick", "middle")),
                Svg.Text((Left + Right) / 2, Bottom + 32, $"% of full-precision {CostKind.Leading.Words}", "tick", "middle"),
                Svg.Path("M" + string.Join("L", Front(points, sweep.LowerIsBetter ? -1 : 1).Select(point => $"{Svg.Length(X(Percent(point)))} {Svg.Length(Y(point.Metric))}")), "front"),
                .. points.Select(Point),
                .. new PointLabels(Left, Right, Top, Bottom).Place(points.Select(point => (X(Percent(point)), Y(point.Metric), Printable.Shorten(point.Budget, BudgetLength)))),
            ]);

        double X(double percent) => Left + (across.At(percent) * (Right - Left));
        double Y(double value) => Bottom - (up.At(value) * (Bottom - Top));

        XElement Point(SweepPoint point) => Svg.Group(
            X(Percent(point)),
            Y(point.Metric),
            Invariant($"{point.Budget}: {metric} {Quantity.Metric(point.Metric)} at {string.Join(", ", point.Kinds.Select(kind => SweepTable.Cost(point, kind, "0.###")))}"),
            Svg.Circle(0, 0, 4, sweep.IsDominated(point) ? "hollow" : "blue"),
            ReferenceEquals(point, marked) ? Svg.Circle(0, 0, 8, "ring") : null);
    }

    /// <summary>The points that are better than every cheaper one.</summary>
    /// <param name="points">All points.</param>
    /// <param name="sign">−1 where a lower metric is better.</param>
    private static IEnumerable<SweepPoint> Front(IReadOnlyList<SweepPoint> points, int sign) => points.Where(point => !points.Any(other =>
        sign * other.Metric >= sign * point.Metric
        && Percent(other) <= Percent(point)
        && (sign * other.Metric > sign * point.Metric || Percent(other) < Percent(point))));

    private static double Percent(SweepPoint point) => point.Costs[CostKind.Leading] * 100;
}
