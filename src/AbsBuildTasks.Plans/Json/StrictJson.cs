using AbsBuildTasks.Plans.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Json;

/// <summary>Reads JSON objects without the reader's leniences that could hide a mistake.</summary>
internal static class StrictJson
{
    private const int MaxDepth = 16;

    // The reader's messages hold what it could not read, be it a number of thousands of digits.
    private const int MostShown = 300;

    /// <summary>Reads one object that is the whole text.</summary>
    /// <exception cref="JsonShapeException">Not JSON, too deep, a property twice, or more than an object.</exception>
    public static StrictObject ReadObject(string text)
    {
        using var reader = new JsonTextReader(new StringReader(text))
        {
            DateParseHandling = DateParseHandling.None,
            FloatParseHandling = FloatParseHandling.Double,
            MaxDepth = MaxDepth,
        };
        var settings = new JsonLoadSettings
        {
            CommentHandling = CommentHandling.Load,
            DuplicatePropertyNameHandling = DuplicatePropertyNameHandling.Error,
            LineInfoHandling = LineInfoHandling.Load,
        };
        try
        {
            var token = JToken.ReadFrom(reader, settings);
            if (reader.Read())
            {
                throw new JsonShapeException(new(reader.LineNumber, reader.LinePosition), "the text goes on after the end of the JSON object");
            }

            return token is JObject json
                ? new StrictObject(json, "")
                : throw new JsonShapeException(new(1, 1), "the text is not a JSON object");
        }
        catch (JsonReaderException error)
        {
            throw new JsonShapeException(new(Math.Max(1, error.LineNumber), Math.Max(1, error.LinePosition)), "the text is not JSON: " + Printable.Shorten(error.Message, MostShown));
        }
    }

    /// <summary>
    /// Where two texts differ other than in white space between values; -1 where they do not. With the text that would
    /// be written as <paramref name="canonical"/>, this finds every lenience of the reader: comments, other quotes,
    /// trailing commas, another order, other spellings of numbers.
    /// </summary>
    public static int FirstDifference(string text, string canonical)
    {
        var (left, right) = (0, 0);
        var quoted = false;
        while (true)
        {
            if (!quoted)
            {
                left = SkipSpace(text, left);
                right = SkipSpace(canonical, right);
            }

            if (left == text.Length && right == canonical.Length)
            {
                return -1;
            }

            if (left == text.Length || right == canonical.Length || text[left] != canonical[right])
            {
                return left;
            }

            if (quoted && text[left] == '\\' && left + 1 < text.Length && right + 1 < canonical.Length && text[left + 1] == canonical[right + 1])
            {
                left++;
                right++;
            }
            else if (text[left] == '"')
            {
                quoted = !quoted;
            }

            left++;
            right++;
        }
    }

    /// <summary>The position of an index in a text whose lines end in LF.</summary>
    public static TextPosition PositionOf(string text, int index)
    {
        var line = 1;
        var start = 0;
        for (var i = 0; i < index; i++)
        {
            if (text[i] == '\n')
            {
                line++;
                start = i + 1;
            }
        }

        return new(line, index - start + 1);
    }

    private static int SkipSpace(string text, int index)
    {
        while (index < text.Length && text[index] is ' ' or '\t' or '\n' or '\r')
        {
            index++;
        }

        return index;
    }
}
