using System.Xml.Linq;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>A row of a <see cref="RowChart"/>.</summary>
/// <param name="Name">What the row is about, at its left.</param>
/// <param name="Value">What it comes to, at its right: a dozen characters.</param>
/// <param name="Tip">The row in words.</param>
/// <param name="Marks">The drawing: x from 0 to <see cref="RowChart.PlotWidth"/>, y 0 in the middle of the row.</param>
internal sealed record ChartRow(string Name, string Value, string Tip, IReadOnlyList<XElement> Marks);

/// <summary>A mark on the axis of a <see cref="RowChart"/>.</summary>
/// <param name="At">Where: 0 to 1 of the plot's width.</param>
/// <param name="Text">A few characters.</param>
internal sealed record ChartTick(double At, string Text);

/// <summary>A chart with a row for each layer: name, drawing on a common axis, value.</summary>
internal static class RowChart
{
    /// <summary>The width of the drawing, in pixels.</summary>
    public const double PlotWidth = 134;

    private const double PlotLeft = 148;
    private const double NameRoom = 138;
    private const double FirstRow = 70;
    private const double RowHeight = 22;
    private const double Bottom = 6;

    /// <summary>Draws a chart.</summary>
    /// <param name="title">What it shows, a few words.</param>
    /// <param name="description">What there is to see, a sentence.</param>
    /// <param name="legend">What the marks mean, within the chart's width and 20 to 40 pixels from its top.</param>
    /// <param name="ticks">The axis.</param>
    /// <param name="rows">The rows, from the top.</param>
    public static Chart Draw(string title, string description, IReadOnlyList<XElement> legend, IReadOnlyList<ChartTick> ticks, IReadOnlyList<ChartRow> rows)
    {
        var names = Label.Names(rows.Select(row => row.Name), NameRoom);
        var end = FirstRow + (RowHeight * rows.Count) - (RowHeight / 2);
        return new(
            title,
            description,
            end + Bottom,
            [
                Svg.Text(0, 14, title, "title"),
                .. legend,
                .. ticks.Select(tick => Svg.Vertical(PlotLeft + (tick.At * PlotWidth), FirstRow - 16, end, "grid")),
                .. ticks.Select(tick => Svg.Text(PlotLeft + (tick.At * PlotWidth), FirstRow - 20, tick.Text, "tick", "middle")),
                .. rows.Select((row, index) => Row(row, names.Of(row.Name), FirstRow + (RowHeight * index))),
            ]);
    }

    private static XElement Row(ChartRow row, string name, double y) => Svg.Group(
        0,
        y,
        row.Tip,
        // What a pointer meets between the marks.
        Svg.Rectangle(0, -RowHeight / 2, Chart.Width, RowHeight, "row"),
        Label.Draw(0, 4, name),
        Svg.Group(PlotLeft, 0, null, row.Marks),
        Svg.Text(Chart.Width, 4, row.Value, "value", "end"));
}
