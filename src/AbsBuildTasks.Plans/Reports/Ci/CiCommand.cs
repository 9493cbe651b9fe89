using System.Text;

namespace AbsBuildTasks.Plans.Reports.Ci;

/// <summary>Writes the commands that build servers read in the output, with values that cannot end them.</summary>
internal static class CiCommand
{
    /// <summary><c>::error file=a.json,line=1::message</c>.</summary>
    public static string GitHub(string name, IEnumerable<KeyValuePair<string, string>> properties, string message) =>
        $"::{name} {string.Join(",", properties.Select(property => $"{property.Key}={Encode(property.Value, "%\r\n:,")}"))}::{Encode(message, "%\r\n")}";

    /// <summary><c>##vso[task.logissue type=error;sourcepath=a.json]message</c>.</summary>
    public static string Azure(string name, IEnumerable<KeyValuePair<string, string>> properties, string message)
    {
        var listed = string.Join(";", properties.Select(property => $"{property.Key}={AzureValue(property.Value, ";]")}"));
        return $"##vso[{name}{(listed.Length > 0 ? " " + listed : "")}]{AzureValue(message, "")}";
    }

    // As the agent decodes it, the percent sign last.
    private static string AzureValue(string text, string special) => Encode(text.Replace("%", "%AZP25"), "\r\n" + special);

    private static string Encode(string text, string special)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            encoded.Append(special.IndexOf(character) < 0 ? character.ToString() : FormattableString.Invariant($"%{(int)character:X2}"));
        }

        return encoded.ToString();
    }
}
