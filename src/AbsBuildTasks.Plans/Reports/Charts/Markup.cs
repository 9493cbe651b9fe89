using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Writes HTML and SVG so that both HTML and XML parsers read the same.</summary>
internal static class Markup
{
    private const char Replacement = '\uFFFD';
    private const char LineEnd = '\n';

    // Elements that HTML closes by itself; all others need an end tag, which XML would leave out where they are empty.
    private static readonly HashSet<string> Void = new(StringComparer.Ordinal) { "meta", "br", "hr", "col", "wbr" };

    /// <summary>A text with what no XML document can hold replaced: controls, halves of characters, U+FFFE and U+FFFF.</summary>
    public static string Valid(string text)
    {
        var valid = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                valid.Append(text, i, 2);
                i++;
            }
            else
            {
                valid.Append(XmlConvert.IsXmlChar(text[i]) ? text[i] : Replacement);
            }
        }

        return valid.ToString();
    }

    /// <summary>Writes an element; lines end in LF, and one ends the text.</summary>
    public static string Write(XElement root)
    {
        foreach (var element in root.DescendantsAndSelf().Where(element => element.IsEmpty && element.Name.Namespace == XNamespace.None && !Void.Contains(element.Name.LocalName)))
        {
            element.Value = "";
        }

        var text = new StringBuilder();
        var settings = new XmlWriterSettings { OmitXmlDeclaration = true, Indent = true, IndentChars = "", NewLineChars = LineEnd.ToString() };
        using (var writer = XmlWriter.Create(text, settings))
        {
            root.Save(writer);
        }

        return text.Append(LineEnd).ToString();
    }
}
