using System.Xml.Linq;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>A picture with a name and a description for those who do not see it.</summary>
/// <param name="Title">What it shows, a few words; also written in the picture.</param>
/// <param name="Description">What there is to see, a sentence.</param>
/// <param name="Height">In pixels; every chart is <see cref="Width"/> wide.</param>
/// <param name="Content">The drawing, from 0 to width and height.</param>
internal sealed record Chart(string Title, string Description, double Height, IReadOnlyList<XElement> Content)
{
    /// <summary>The width of every chart: what a phone shows without scaling.</summary>
    public const double Width = 352;

    /// <summary>The chart as an image of a page.</summary>
    public XElement ToElement() => Svg.Element(
        "svg",
        new XAttribute("class", "chart"),
        new XAttribute("role", "img"),
        new XAttribute("viewBox", $"0 0 {Svg.Length(Width)} {Svg.Length(Height)}"),
        new XAttribute("width", Svg.Length(Width)),
        new XAttribute("height", Svg.Length(Height)),
        Svg.Element("title", Markup.Valid(Title)),
        Svg.Element("desc", Markup.Valid(Description)),
        Content);
}
