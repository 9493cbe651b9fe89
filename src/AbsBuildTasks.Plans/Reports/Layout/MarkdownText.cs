using System.Globalization;
using System.Text;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Reports.Layout;

/// <summary>Puts texts into Markdown as GitHub, GitLab and Azure DevOps read it, so that no text can be anything but text.</summary>
internal static class MarkdownText
{
    private const string Special = "\\`*_{}[]<>#|&~@!$^";

    // In a code span an entity is no entity, and a bar would still end a table's cell.
    private const string NotInCode = "`|\\<>&";

    /// <summary>Writes a text of our own: what Markdown gives a meaning becomes an entity.</summary>
    public static string Prose(string text) => Encode(text, character => Special.IndexOf(character) >= 0);

    /// <summary>Writes a name from outside, shortened, as code: in backticks where it is plain, else all in entities.</summary>
    /// <param name="name">The name; may hold any characters.</param>
    /// <param name="length">The longest name that is not shortened, at least 8 characters.</param>
    public static string Name(string name, int length) => Code(Printable.Shorten(name, length));

    /// <summary>Writes a printable text from outside as code.</summary>
    internal static string Code(string text)
    {
        if (text.Length == 0)
        {
            return "";
        }

        return text.All(character => NotInCode.IndexOf(character) < 0) && text.Trim(' ').Length == text.Length
            ? $"`{text}`"
            : $"<code>{Encode(text, character => character < 0x80 && !IsPlain(character))}</code>";
    }

    private static bool IsPlain(char character) => character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or ' ';

    private static string Encode(string text, Func<char, bool> isSpecial)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (isSpecial(character))
            {
                encoded.AppendFormat(CultureInfo.InvariantCulture, "&#{0};", (int)character);
            }
            else
            {
                encoded.Append(character);
            }
        }

        return encoded.ToString();
    }
}
