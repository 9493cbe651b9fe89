using System.Xml.Linq;
using AbsBuildTasks.Plans.Documents;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Cost against quality of the plans of a sweep.</summary>
internal static class FrontChart
{
    private const double Left = 46;
    private const double Right = Chart.Width - 14;
    private const double Top = 52;
    private const double Bottom = 204;
    private const double Height = 240;

    /// <summary>Draws plans, of which one is marked.</summary>
    /// <param name="marked">The plan to mark.</param>
    /// <param name="plans">All plans, that one too, sorted.</param>
    public static Chart Draw(CompressionPlan marked, IReadOnlyList<CompressionPlan> plans)
    {
        var across = Scale.Of([.. plans.Select(Percent)]);
        var up = Scale.Of([.. plans.Select(plan => plan.Metric.Compressed)]);
        CompressionPlan[] front = [.. plans.Where(plan => ParetoFront.IsOnFront(plan, plans))];
        var metric = Printable.Shorten(marked.Metric.Name, 40);
        return new(
            $"{metric} against BOPs",
            Invariant($"{plans.Count} plans, of which {front.Length} are on the front; this plan has {metric} {marked.Metric.Compressed:0.00} at {Percent(marked):0.###}% of the bit-operations."),
            Height,
            [
                Svg.Text(0, 14, $"{metric} against BOPs", "title"),
                Svg.Circle(4, 29, 4, "blue"), Svg.Text(13, 33, "on the front", "legend"),
                Svg.Circle(100, 29, 4, "hollow"), Svg.Text(109, 33, "beaten", "legend"),
                Svg.Circle(168, 29, 6, "ring"), Svg.Text(179, 33, "this plan", "legend"),
                .. up.Ticks.Select(tick => Svg.Horizontal(Left, Right, Y(tick), "grid")),
                .. up.Ticks.Select(tick => Svg.Text(Left - 6, Y(tick) + 4, Scale.Text(tick), "tick", "end")),
                .. across.Ticks.Select(tick => Svg.Vertical(X(tick), Top, Bottom, "grid")),
                .. across.Ticks.Select(tick => Svg.Text(X(tick), Bottom + 16, Scale.Text(tick), "tick", "middle")),
                Svg.Text((Left + Right) / 2, Bottom + 32, "% of full-precision bit-operations", "tick", "middle"),
                Svg.Path("M" + string.Join("L", front.Select(plan => $"{Svg.Length(X(Percent(plan)))} {Svg.Length(Y(plan.Metric.Compressed))}")), "front"),
                .. plans.Select(Point),
            ]);

        double X(double percent) => Left + (across.At(percent) * (Right - Left));
        double Y(double value) => Bottom - (up.At(value) * (Bottom - Top));

        XElement Point(CompressionPlan plan) => Svg.Group(
            X(Percent(plan)),
            Y(plan.Metric.Compressed),
            Invariant($"{plan.Budget}: {metric} {plan.Metric.Compressed:0.00} at {Percent(plan):0.###}%"),
            Svg.Circle(0, 0, 4, front.Contains(plan) ? "blue" : "hollow"),
            plan.Equals(marked) ? Svg.Circle(0, 0, 8, "ring") : null);
    }

    private static double Percent(CompressionPlan plan) => plan.Totals.RelativeBops * 100;
}
