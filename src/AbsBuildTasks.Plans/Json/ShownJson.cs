using System.Globalization;
using System.Text;

namespace AbsBuildTasks.Plans.Json;

/// <summary>Makes JSON safe to print: it reads as the same document, and neither a terminal nor a build server obeys it.</summary>
internal static class ShownJson
{
    private const char LastVisible = '~';

    /// <summary>Writes all but ASCII as escapes, and breaks what build servers take for commands: <c>##vso[</c>, <c>##[</c>.</summary>
    /// <param name="json">A valid document.</param>
    public static string Of(string json)
    {
        // Outside of texts there is neither of both.
        var shown = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] > LastVisible || (json[i] == '#' && i > 0 && json[i - 1] == '#'))
            {
                shown.AppendFormat(CultureInfo.InvariantCulture, "\\u{0:x4}", (int)json[i]);
            }
            else
            {
                shown.Append(json[i]);
            }
        }

        return shown.ToString();
    }
}
