using System.Xml.Linq;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Words beside the points of a chart; where there is no room right beside, further away with a line between; those that would find room nowhere are left out.</summary>
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

    private const int Directions = 24;
    private const double FirstRing = 22;
    private const double RingStep = 9;
    private const double LastRing = 170;

    private readonly List<Box> _taken = [];

    /// <summary>Places words right of their points, left, above or below, wherever nothing else is.</summary>
    /// <param name="points">Points with what is to be said of them, the more important ones first.</param>
    public IReadOnlyList<XElement> Place(IEnumerable<(double X, double Y, string Text)> points)
    {
        (double X, double Y, string Text)[] all = [.. points];
        _taken.AddRange(all.Select(point => new Box(point.X - PointRadius, point.Y - PointRadius, point.X + PointRadius, point.Y + PointRadius)));
        return [.. all.SelectMany(point => Place(point.X, point.Y, point.Text))];
    }

    private IEnumerable<XElement> Place(double x, double y, string text)
    {
        var width = text.Length * Label.CharacterWidth;
        (double X, double Y)[] starts =
        [
            (x + Distance, y + Below),
            (x - Distance - width, y + Below),
            (x - (width / 2), y - Distance - Below),
            (x - (width / 2), y + Distance + Above),
        ];
        foreach (var start in starts.Where(start => Take(start, width)))
        {
            yield return Svg.Text(start.X, start.Y, text, "name");
            yield break;
        }

        foreach (var start in Rings(x, y, width).Where(start => Take(start, width)))
        {
            // The line ends at the side of the word that is nearer.
            var end = Math.Min(Math.Max(x, start.X), start.X + width);
            yield return Svg.Path($"M{Svg.Length(x)} {Svg.Length(y)}L{Svg.Length(end)} {Svg.Length(start.Y > y ? start.Y - Above : start.Y + Below)}", "track");
            yield return Svg.Text(start.X, start.Y, text, "name");
            yield break;
        }
    }

    /// <summary>Places ever further away.</summary>
    private static IEnumerable<(double X, double Y)> Rings(double x, double y, double width)
    {
        for (var ring = FirstRing; ring <= LastRing; ring += RingStep)
        {
            for (var direction = 0; direction < Directions; direction++)
            {
                var angle = 2 * Math.PI * direction / Directions;
                yield return (x + (ring * Math.Cos(angle)) - (width / 2), y + (ring * Math.Sin(angle)) + Below);
            }
        }
    }

    private bool Take((double X, double Y) start, double width)
    {
        var box = new Box(start.X, start.Y - Above, start.X + width, start.Y + Below);
        if (box.Left < left || box.Right > right || box.Top < top || box.Bottom > bottom || _taken.Exists(box.Meets))
        {
            return false;
        }

        _taken.Add(box);
        return true;
    }

    private sealed record Box(double Left, double Top, double Right, double Bottom)
    {
        public bool Meets(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
    }
}
