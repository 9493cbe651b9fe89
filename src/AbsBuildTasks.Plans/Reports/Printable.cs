using System.Globalization;
using System.Text;

namespace AbsBuildTasks.Plans.Reports;

/// <summary>Makes names safe to print on one line: names are data, and may hold any characters.</summary>
public static class Printable
{
    private const string Ellipsis = "...";

    /// <summary>
    /// Writes control characters, line separators, invisible formatting and broken surrogates as <c>\uXXXX</c>, and a
    /// backslash as two.
    /// </summary>
    /// <remarks>
    /// So that no name gives orders to a build server that reads the output, the second of two <c>#</c> in a row and of
    /// two colons at the start are written that way, too: <c>##vso[</c>, <c>##[</c>, <c>##teamcity[</c>, <c>::error</c>.
    /// </remarks>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
            {
                escaped.Append(text, i, 2);
                i++;
            }
            else if (text[i] == '\\')
            {
                escaped.Append(@"\\");
            }
            else if (IsVisible(text[i]) && !IsCommand(text, i))
            {
                escaped.Append(text[i]);
            }
            else
            {
                escaped.AppendFormat(CultureInfo.InvariantCulture, "\\u{0:X4}", (int)text[i]);
            }
        }

        return escaped.ToString();
    }

    /// <summary>Escapes a text, and replaces its middle by dots where it is longer than <paramref name="length"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">The longest result, at least 8 characters.</param>
    public static string Shorten(string text, int length)
    {
        var escaped = Escape(text);
        if (escaped.Length <= length)
        {
            return escaped;
        }

        var start = (length - Ellipsis.Length) / 2;
        var end = length - Ellipsis.Length - start;
        if (char.IsHighSurrogate(escaped[start - 1]))
        {
            start--;
        }

        if (char.IsLowSurrogate(escaped[escaped.Length - end]))
        {
            end--;
        }

        return escaped.Substring(0, start) + Ellipsis + escaped.Substring(escaped.Length - end);
    }

    private static bool IsCommand(string text, int i) =>
        i > 0
        && text[i] == text[i - 1]
        && (text[i] == '#' || (text[i] == ':' && string.IsNullOrWhiteSpace(text.Substring(0, i - 1))));

    private static bool IsVisible(char character) => char.GetUnicodeCategory(character) is not (
        UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate);
}
