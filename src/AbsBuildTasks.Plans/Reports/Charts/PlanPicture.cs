using System.Xml.Linq;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>A report's charts as one SVG picture, for pages that show images only.</summary>
internal static class PlanPicture
{
    private const double Margin = 20;
    private const double Gap = 28;
    private const double Header = 58;

    // Of many more filter maps, those of the layers that cost most.
    private const int MostMaps = 8;

    /// <summary>Draws a plan: layers and filters, and the search and the sweep where they are known.</summary>
    /// <returns>SVG that stands alone, with light and dark colours by the reader's preference; ends in LF.</returns>
    public static string Render(ReportContent content)
    {
        var plan = content.Plan;
        var layers = LayerSelection.Largest(plan);
        List<Chart> charts = [.. LayerCharts.Draw(plan, layers.Layers)];
        charts.AddRange(content.History is { } history ? Search(plan, history) : []);
        charts.AddRange(content.Sweep is { Points.Count: > 1 } sweep ? FrontChart.DrawAll(sweep) : []);
        charts.AddRange(FilterMap.Draw([.. layers.Layers.OrderByDescending(layer => layer.Costs[CostKind.Leading]).Take(MostMaps)]));
        return Markup.Write(Compose(
            Printable.Shorten(plan.Model, 40),
            Subtitle(plan, "full precision had fewer steps"),
            Subtitle(plan, MetricWords.Unconverged),
            charts));
    }

    private static string Cost(PlanTotals totals, CostKind kind) => kind.RelativeProperty is null
        ? $"{kind.Short(totals.FullPrecision[kind])} → {kind.Short(totals.Costs[kind])}"
        : $"{CostWords.Percent(totals, kind)} of the {kind.Words}";

    /// <param name="plan">The plan.</param>
    /// <param name="unconverged">What is said where the full-precision network may have been left behind: the line has no room for what to do, its description has.</param>
    private static string Subtitle(CompressionPlan plan, string unconverged) =>
        Invariant($"{Printable.Shorten(plan.Metric.Name, 20)} {Quantity.Metric(plan.Metric.FullPrecision)} → {Quantity.Metric(plan.Metric.Compressed)}{Remark(plan.Metric, unconverged)}, {string.Join(", ", plan.Totals.Kinds.Select(kind => Cost(plan.Totals, kind)))}");

    private static string Remark(PlanMetric metric, string unconverged) =>
        (metric.Noise is { } noise ? $" ±{MetricWords.Margin(noise)}" : "") + (MetricWords.IsUnconverged(metric.Baseline) ? $" ({unconverged})" : "");

    private static IReadOnlyList<Chart> Search(CompressionPlan plan, RunHistory history)
    {
        GateHistory[] moved = [.. GateHistory.Of(plan, history).Where(layer => layer.HasMoved).Take(LayerSelection.Most)];
        return [.. HistoryCharts.Draw(plan, history), .. moved.Length > 0 ? GateCharts.Draw(moved) : []];
    }

    private static XElement Compose(string title, string subtitle, string description, IReadOnlyList<Chart> charts)
    {
        const double width = (2 * Chart.Width) + Gap + (2 * Margin);
        double[] heights = [Header, Header];
        var placed = new List<XElement>();
        foreach (var chart in charts)
        {
            // The shorter column takes the next chart.
            var column = heights[1] < heights[0] ? 1 : 0;
            placed.Add(Svg.Group(Margin + (column * (Chart.Width + Gap)), heights[column], null, chart.Content));
            heights[column] += chart.Height + Gap;
        }

        var height = heights.Max();
        return Svg.Element(
            "svg",
            new XAttribute("class", "chart"),
            new XAttribute("role", "img"),
            new XAttribute("viewBox", $"0 0 {Svg.Length(width)} {Svg.Length(height)}"),
            new XAttribute("width", Svg.Length(width)),
            new XAttribute("height", Svg.Length(height)),
            Svg.Element("title", Markup.Valid($"Compression plan of {title}")),
            Svg.Element("desc", Markup.Valid(description)),
            Svg.Element("style", $"\n{ChartStyle.Palette}\n{ChartStyle.Parts}\n"),
            Svg.Rectangle(0, 0, width, height, "paper"),
            Svg.Text(Margin, 24, title, "title"),
            Svg.Text(Margin, 42, subtitle, "value"),
            placed);
    }
}
