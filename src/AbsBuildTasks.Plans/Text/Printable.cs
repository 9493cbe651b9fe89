using System.Globalization;
using System.Text;

namespace AbsBuildTasks.Plans.Text;

/// <summary>Makes names safe to print on one line: names are data, and may hold any characters.</summary>
internal static class Printable
{
    /// <summary>What stands for what is left out.</summary>
    internal const string Ellipsis = "...";

    /// <summary>Writes what is not visible as <see cref="Visible"/> does, and a backslash as two.</summary>
    /// <remarks>
    /// So that no name gives orders to a build server that reads the output, the second of two <c>#</c> in a row and of
    /// two colons at the start are written that way, too: <c>##vso[</c>, <c>##[</c>, <c>##teamcity[</c>, <c>::error</c>.
    /// </remarks>
    public static string Escape(string text) => WithoutCommands(text, @"\\");

    /// <summary>Writes control characters, line separators, invisible formatting and broken surrogates as <c>\uXXXX</c>, and leaves everything else.</summary>
    public static string Visible(string text)
    {
        var visible = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            i += AppendVisible(visible, text, i);
        }

        return visible.ToString();
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
        return Cut(escaped, 0, start) + Ellipsis + Cut(escaped, escaped.Length - end, escaped.Length);
    }

    /// <summary>A piece of a text, without halves of characters at its ends.</summary>
    internal static string Cut(string text, int from, int to)
    {
        var first = char.IsLowSurrogate(text[from]) ? from + 1 : from;
        var end = char.IsHighSurrogate(text[to - 1]) ? to - 1 : to;
        return text.Substring(first, end - first);
    }

    /// <summary>As <see cref="Escape"/>, but a backslash stays one: for whole lines and for paths, in which tools look for a file.</summary>
    internal static string Line(string text) => WithoutCommands(text, @"\");

    private static string WithoutCommands(string text, string backslash)
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                escaped.Append(backslash);
            }
            else if (IsCommand(text, i))
            {
                Append(escaped, text[i]);
            }
            else
            {
                i += AppendVisible(escaped, text, i) - 1;
            }
        }

        return escaped.ToString();
    }

    private static bool IsCommand(string text, int i) =>
        i > 0
        && text[i] == text[i - 1]
        && (text[i] == '#' || (text[i] == ':' && string.IsNullOrWhiteSpace(text.Substring(0, i - 1))));

    /// <summary>Appends a character as it is, or what stands for it where it is not visible.</summary>
    /// <returns>How many code units it has.</returns>
    private static int AppendVisible(StringBuilder target, string text, int i)
    {
        var length = char.IsSurrogatePair(text, i) ? 2 : 1;
        if (IsVisible(CharUnicodeInfo.GetUnicodeCategory(text, i)))
        {
            target.Append(text, i, length);
            return length;
        }

        for (var unit = i; unit < i + length; unit++)
        {
            Append(target, text[unit]);
        }

        return length;
    }

    private static void Append(StringBuilder target, char unit) => target.AppendFormat(CultureInfo.InvariantCulture, "\\u{0:X4}", (int)unit);

    private static bool IsVisible(UnicodeCategory category) => category is not (
        UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate);
}
