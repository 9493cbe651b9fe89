using System.Globalization;
using System.Xml.Linq;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Makes SVG elements. Lengths are in CSS pixels.</summary>
internal static class Svg
{
    public static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    /// <summary>A length of at most two decimals.</summary>
    public static string Length(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    public static XElement Element(string name, params object?[] content) => new(Namespace + name, content);

    /// <summary>Text at a baseline.</summary>
    /// <param name="x">Where it starts, or ends where it is anchored there.</param>
    /// <param name="y">The baseline.</param>
    /// <param name="text">The text.</param>
    /// <param name="style">Classes of the style sheet.</param>
    /// <param name="anchor"><c>start</c>, <c>middle</c> or <c>end</c>.</param>
    public static XElement Text(double x, double y, string text, string style, string anchor = "start") => Element(
        "text",
        new XAttribute("x", Length(x)),
        new XAttribute("y", Length(y)),
        new XAttribute("class", style),
        anchor == "start" ? null : new XAttribute("text-anchor", anchor),
        Markup.Valid(text));

    public static XElement Path(string data, string style) => Element("path", new XAttribute("d", data), new XAttribute("class", style));

    public static XElement Rectangle(double x, double y, double width, double height, string style) => Element(
        "rect",
        new XAttribute("x", Length(x)),
        new XAttribute("y", Length(y)),
        new XAttribute("width", Length(width)),
        new XAttribute("height", Length(height)),
        new XAttribute("class", style));

    public static XElement Circle(double x, double y, double radius, string style) => Element(
        "circle",
        new XAttribute("cx", Length(x)),
        new XAttribute("cy", Length(y)),
        new XAttribute("r", Length(radius)),
        new XAttribute("class", style));

    /// <summary>A square standing on its corner.</summary>
    public static XElement Diamond(double x, double y, double radius, string style) =>
        Path($"M{Length(x)} {Length(y - radius)}l{Length(radius)} {Length(radius)} {Length(-radius)} {Length(radius)} {Length(-radius)} {Length(-radius)}z", style);

    public static XElement Horizontal(double x1, double x2, double y, string style) => Path($"M{Length(x1)} {Length(y)}H{Length(x2)}", style);

    public static XElement Vertical(double x, double y1, double y2, string style) => Path($"M{Length(x)} {Length(y1)}V{Length(y2)}", style);

    /// <summary>Elements moved by an offset, with the tip that a pointer or reader gets for them.</summary>
    public static XElement Group(double x, double y, string? tip, params object?[] content) => Element(
        "g",
        new XAttribute("transform", $"translate({Length(x)} {Length(y)})"),
        tip is null ? null : Element("title", Markup.Valid(tip)),
        content);
}
