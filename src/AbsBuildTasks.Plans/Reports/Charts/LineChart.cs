using System.Xml.Linq;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>A line of a <see cref="LineChart"/>.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Style"><c>line</c> or <c>aim</c>.</param>
/// <param name="Points">Values by epoch, from 0; ascending.</param>
internal sealed record ChartLine(string Name, string Style, IReadOnlyList<(int Epoch, double Value)> Points);

/// <summary>A stretch of epochs that has a name.</summary>
/// <param name="Name">A word.</param>
/// <param name="First">Its first epoch, from 0.</param>
/// <param name="Count">Epochs it has.</param>
internal sealed record ChartBand(string Name, int First, int Count);

/// <summary>A chart of values over the epochs of a run.</summary>
internal static class LineChart
{
    private const double Left = 46;
    private const double Right = Chart.Width - 6;
    private const double Top = 48;
    private const double Bottom = 164;
    private const double Height = 186;
    private const int MostMarks = 40;

    // More do not fit the pixels there are.
    private const int MostPoints = 300;

    /// <summary>Draws a chart.</summary>
    /// <param name="title">What it shows, a few words.</param>
    /// <param name="description">What there is to see, a sentence.</param>
    /// <param name="lines">The lines, at least one, each of at least one point.</param>
    /// <param name="bands">The epochs' phases, which cover all epochs.</param>
    /// <param name="mayBeLogarithmic">Whether a wide range makes the axis logarithmic.</param>
    /// <param name="unit">What values are counted in, appended to the marked values; may be empty.</param>
    public static Chart Draw(string title, string description, IReadOnlyList<ChartLine> lines, IReadOnlyList<ChartBand> bands, bool mayBeLogarithmic = false, string unit = "")
    {
        var scale = Scale.Of([.. lines.SelectMany(line => line.Points).Select(point => point.Value)], mayBeLogarithmic);
        var epochs = bands.Sum(band => band.Count);
        return new(
            title,
            description,
            Height,
            [
                Svg.Text(0, 14, title, "title"),
                .. lines.Count > 1 ? Legend(lines) : [],
                .. scale.Ticks.Select(tick => Svg.Horizontal(Left, Right, Y(tick), "grid")),
                .. scale.Ticks.Select(tick => Svg.Text(Left - 6, Y(tick) + 4, Scale.Text(tick) + unit, "tick", "end")),
                .. bands.Skip(1).Where(band => bands.Count < MostMarks).Select(band => Svg.Vertical(X(band.First - 0.5), Top - 6, Bottom + 18, "grid")),
                .. bands.SelectMany(BandName),
                .. lines.SelectMany(Line),
            ]);

        double X(double epoch) => Left + ((Right - Left) * (epoch + 0.5) / epochs);
        double Room(ChartBand band) => X(band.Count) - X(0) - (Name(band).Length * Label.CharacterWidth);
        double Y(double value) => Bottom - (scale.At(value) * (Bottom - Top));

        IEnumerable<XElement> BandName(ChartBand band)
        {
            var name = Name(band);
            if (Room(band) > 0)
            {
                yield return Svg.Text(X(band.First + ((band.Count - 1) / 2.0)), Bottom + 17, name, "tick", "middle");
            }
            else if (bands.Count > 1 && band == bands[bands.Count - 1] && Room(bands[bands.Count - 2]) / 2 > -Room(band))
            {
                // The last one may be a single step, such as the freezing: its name begins below the one before, beside that name.
                yield return Svg.Text(Right, Bottom + 17, name, "tick", "end");
            }
        }

        IEnumerable<XElement> Line(ChartLine line)
        {
            var thinned = Thin(line.Points);
            yield return Svg.Path("M" + string.Join("L", thinned.Select(point => $"{Svg.Length(X(point.Epoch))} {Svg.Length(Y(point.Value))}")), line.Style);
            if (thinned.Count > MostMarks || line.Style != "line")
            {
                yield break;
            }

            foreach (var (epoch, value) in thinned)
            {
                var tip = Invariant($"{BandOf(bands, epoch)}: {line.Name} {Quantity.Number(value, 6)}{unit}");
                yield return Svg.Group(X(epoch), Y(value), tip, Svg.Circle(0, 0, 2.4, "blue"));
            }
        }
    }

    private static string Name(ChartBand band) => Printable.Shorten(band.Name, 12);

    private static string BandOf(IReadOnlyList<ChartBand> bands, int epoch)
    {
        var band = bands.Last(band => band.First <= epoch);
        var name = Printable.Shorten(band.Name, 40);
        return bands.All(one => one.Count == 1) ? name : Invariant($"{name} {epoch - band.First + 1}");
    }

    private static IEnumerable<XElement> Legend(IReadOnlyList<ChartLine> lines)
    {
        const double pitch = 84;
        for (var i = 0; i < lines.Count; i++)
        {
            yield return Svg.Horizontal(i * pitch, (i * pitch) + 20, 29, lines[i].Style);
            yield return Svg.Text((i * pitch) + 26, 33, lines[i].Name, "legend");
        }
    }

    private static IReadOnlyList<(int Epoch, double Value)> Thin(IReadOnlyList<(int Epoch, double Value)> points)
    {
        var step = ((points.Count - 1) / MostPoints) + 1;
        return [.. points.Where((_, index) => (points.Count - 1 - index) % step == 0)];
    }
}
