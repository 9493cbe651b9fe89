using System.Text;

namespace AbsBuildTasks.State;

/// <summary>Any text as one word of a line.</summary>
internal static class LineText
{
    /// <summary>Writes a text in base 64.</summary>
    public static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads a word back; null where it is damaged.</summary>
    public static string? Decode(string word)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(word));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
