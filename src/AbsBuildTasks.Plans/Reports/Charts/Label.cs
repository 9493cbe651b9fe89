using System.Xml.Linq;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Names from a plan, which may hold any characters and have any length.</summary>
internal static class Label
{
    /// <summary>Width of a character of the labels' font, in pixels.</summary>
    public const double CharacterWidth = 6.62;

    private const int TipLength = 120;

    /// <summary>A name for a tip or description.</summary>
    public static string Tip(string name) => Printable.Shorten(name, TipLength);

    /// <summary>Names that stand side by side in charts, as they are shown.</summary>
    /// <param name="names">The names.</param>
    /// <param name="room">The width there is for each, in pixels.</param>
    public static ShortNames Names(IEnumerable<string> names, double room) => new(names, (int)(room / CharacterWidth));

    /// <summary>A name in a chart that is never wider than the room it has.</summary>
    /// <param name="x">Where it starts.</param>
    /// <param name="y">The baseline.</param>
    /// <param name="text">The name as it is shown.</param>
    public static XElement Draw(double x, double y, string text)
    {
        var label = Svg.Text(x, y, text, "name");
        if (text.Any(character => character > '~'))
        {
            // Other scripts come from fonts whose widths are not known here.
            label.Add(new XAttribute("textLength", Svg.Length(text.Length * CharacterWidth)), new XAttribute("lengthAdjust", "spacingAndGlyphs"));
        }

        return label;
    }
}
