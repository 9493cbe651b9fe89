using System.Xml.Linq;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Cost against quality of the plans of a sweep, of which the first is marked; each with its budget.</summary>
internal static class FrontChart
{
    private const double Left = 60;
    private const double Right = Chart.Width - 14;
    private const double Top = 52;
    private const double Bottom = 244;
    private const double Height = 280;
    private const int BudgetLength = 20;
    private const int NameLength = 40;

    /// <summary>A chart for each cost that the sweep tells, the leading one first.</summary>
    public static IReadOnlyList<Chart> DrawAll(SweepResult sweep) => [.. sweep.Kinds.Select(kind => Draw(sweep, kind))];

    /// <summary>Draws a sweep.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="kind">The cost.</param>
    public static Chart Draw(SweepResult sweep, CostKind kind)
    {
        var points = sweep.ByCost();
        var across = Scale.Of([.. points.Select(Cost)]);
        var up = Scale.Of([.. points.Select(point => point.Metric)]);
        var marked = sweep.Points[0];
        var sign = sweep.LowerIsBetter ? -1 : 1;
        var metric = Printable.Shorten(sweep.MetricName, NameLength) + MetricWords.Sense(sweep.LowerIsBetter);
        var unit = kind.RelativeProperty is null ? kind.Words : $"% of full-precision {kind.Words}";
        return new(
            $"{metric} against {kind.Title}",
            Invariant($"{points.Count} budgets, of which {points.Count(point => !sweep.IsDominated(point))} are no worse than any other; this plan has {metric} {Quantity.Metric(marked.Metric)} at {Text(Cost(marked))}{(kind.RelativeProperty is null ? "" : "%")} of the {kind.Words}."),
            Height,
            [
                Svg.Text(0, 14, $"{metric} against {kind.Title}", "title"),
                Svg.Circle(4, 29, 4, "blue"), Svg.Text(13, 33, "worth it", "legend"),
                Svg.Circle(100, 29, 4, "hollow"), Svg.Text(109, 33, "dominated", "legend"),
                Svg.Circle(196, 29, 6, "ring"), Svg.Text(207, 33, "this plan", "legend"),
                .. up.Ticks.Select(tick => Svg.Horizontal(Left, Right, Y(tick), "grid")),
                .. up.Ticks.Select(tick => Svg.Text(Left - 6, Y(tick) + 4, Scale.Text(tick), "tick", "end")),
                .. across.Ticks.Select(tick => Svg.Vertical(X(tick), Top, Bottom, "grid")),
                .. kind.RelativeProperty is null
                    ? Ends(across).Select(end => Svg.Text(X(end.Tick), Bottom + 16, Text(end.Tick), "tick", end.Anchor))
                    : across.Ticks.Select(tick => Svg.Text(X(tick), Bottom + 16, Text(tick), "tick", "middle")),
                Svg.Text((Left + Right) / 2, Bottom + 32, unit, "tick", "middle"),
                Svg.Path("M" + string.Join("L", Rising(points).Select(point => $"{Svg.Length(X(Cost(point)))} {Svg.Length(Y(point.Metric))}")), "front"),
                .. points.Select(Point),
                .. new PointLabels(Left, Right, Top, Bottom).Place(points.Select(point => (X(Cost(point)), Y(point.Metric), Printable.Shorten(point.Budget, BudgetLength)))),
            ]);

        double X(double cost) => Left + (across.At(cost) * (Right - Left));
        double Y(double value) => Bottom - (up.At(value) * (Bottom - Top));
        double Cost(SweepPoint point) => kind.RelativeProperty is null ? point.Costs[kind] : point.Costs[kind] * 100;
        string Text(double cost) => kind.RelativeProperty is null ? kind.Short((long)cost) : Scale.Text(cost);

        XElement Point(SweepPoint point) => Svg.Group(
            X(Cost(point)),
            Y(point.Metric),
            Invariant($"{point.Budget}: {metric} {Quantity.Metric(point.Metric)} at {string.Join(", ", point.Kinds.Select(other => SweepTable.Cost(point, other, "0.###")))}"),
            Svg.Circle(0, 0, 4, sweep.IsDominated(point) ? "hollow" : "blue"),
            ReferenceEquals(point, marked) ? Svg.Circle(0, 0, 8, "ring") : null);

        // Amounts are long.
        static (double Tick, string Anchor)[] Ends(Scale axis) => [(axis.Ticks[0], "start"), (axis.Ticks[axis.Ticks.Count - 1], "end")];

        // The points that are better than every cheaper one.
        IEnumerable<SweepPoint> Rising(IReadOnlyList<SweepPoint> all) => all.Where(point => !all.Any(other =>
            sign * other.Metric >= sign * point.Metric
            && Cost(other) <= Cost(point)
            && (sign * other.Metric > sign * point.Metric || Cost(other) < Cost(point)))).OrderBy(Cost);
    }
}
