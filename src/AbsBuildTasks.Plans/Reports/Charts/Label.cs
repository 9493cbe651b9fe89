using System.Xml.Linq;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Names from a plan, which may hold any characters and have any length.</summary>
internal static class Label
{
    /// <summary>Width of a character of the labels' font, in pixels.</summary>
    public const double CharacterWidth = 6.62;

    private const int TipLength = 120;

    /// <summary>A name for a tip or description.</summary>
    public static string Tip(string name) => Printable.Shorten(name, TipLength);

    /// <summary>A name in a chart that is never wider than the room it has.</summary>
    /// <param name="x">Where it starts.</param>
    /// <param name="y">The baseline.</param>
    /// <param name="name">The name.</param>
    /// <param name="room">The width there is, in pixels.</param>
    public static XElement Draw(double x, double y, string name, double room)
    {
        var text = Printable.Shorten(name, Math.Max(8, (int)(room / CharacterWidth)));
        var label = Svg.Text(x, y, text, "name");
        if (text.Any(character => character > '~'))
        {
            // Other scripts come from fonts whose widths are not known here.
            label.Add(new XAttribute("textLength", Svg.Length(text.Length * CharacterWidth)), new XAttribute("lengthAdjust", "spacingAndGlyphs"));
        }

        return label;
    }
}
