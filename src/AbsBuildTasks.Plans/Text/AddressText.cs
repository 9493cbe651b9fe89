using System.Text;

namespace AbsBuildTasks.Plans.Text;

/// <summary>Addresses in texts that are shown: servers and proxies, some of which carry a user's name and password.</summary>
internal static class AddressText
{
    private const string Start = "://";

    /// <summary>A text whose addresses say neither user nor password.</summary>
    /// <remarks>Where it is not clear what belongs to the password, more is left out rather than less.</remarks>
    public static string WithoutUser(string text)
    {
        var shown = new StringBuilder(text.Length);
        var from = 0;
        for (int at; (at = text.IndexOf(Start, from, StringComparison.Ordinal)) >= 0;)
        {
            var host = at + Start.Length;
            shown.Append(text, from, host - from);
            from = Math.Max(host, text.LastIndexOf('@', End(text, host) - 1, End(text, host) - host) + 1);
        }

        return shown.Append(text, from, text.Length - from).ToString();
    }

    // Quotes and backslashes may be part of a password, or of what stands for one of its characters.
    private static int End(string text, int from)
    {
        while (from < text.Length && !char.IsWhiteSpace(text[from]) && text[from] is not ('/' or '?' or '#'))
        {
            from++;
        }

        return from;
    }
}
