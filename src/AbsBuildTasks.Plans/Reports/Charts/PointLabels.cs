using System.Xml.Linq;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Words beside the points of a chart; those without room are left out.</summary>
/// <param name="left">The left end of the room there is.</param>
/// <param name="right">The right end.</param>
/// <param name="top">The upper end.</param>
/// <param name="bottom">The lower end.</param>
internal sealed class PointLabels(double left, double right, double top, double bottom)
{
    private const double Distance = 11;
    private const double Above = 10;
    private const double Below = 4;
    private const double PointRadius = 9;

    private readonly List<Box> _taken = [];

    /// <summary>Places words right of their points, left, above or below, wherever nothing else is.</summary>
    /// <param name="points">Points with what is to be said of them, the more important ones first.</param>
    public IReadOnlyList<XElement> Place(IEnumerable<(double X, double Y, string Text)> points)
    {
        (double X, double Y, string Text)[] all = [.. points];
        _taken.AddRange(all.Select(point => new Box(point.X - PointRadius, point.Y - PointRadius, point.X + PointRadius, point.Y + PointRadius)));
        return [.. all.Select(point => Place(point.X, point.Y, point.Text)).OfType<XElement>()];
    }

    private XElement? Place(double x, double y, string text)
    {
        var width = text.Length * Label.CharacterWidth;
        (double X, double Y)[] starts =
        [
            (x + Distance, y + Below),
            (x - Distance - width, y + Below),
            (x - (width / 2), y - Distance - Below),
            (x - (width / 2), y + Distance + Above),
        ];
        foreach (var start in starts)
        {
            var box = new Box(start.X, start.Y - Above, start.X + width, start.Y + Below);
            if (box.Left >= left && box.Right <= right && box.Top >= top && box.Bottom <= bottom && !_taken.Exists(box.Meets))
            {
                _taken.Add(box);
                return Svg.Text(start.X, start.Y, text, "name");
            }
        }

        return null;
    }

    private sealed record Box(double Left, double Top, double Right, double Bottom)
    {
        public bool Meets(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
    }
}
