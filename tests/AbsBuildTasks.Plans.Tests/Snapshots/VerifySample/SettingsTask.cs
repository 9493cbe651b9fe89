using System.Runtime.CompilerServices;
using Newtonsoft.Json.Linq;

namespace VerifyTests;

/// <summary>A comparison of JSON, in Verify's form of it: names and texts without quotes.</summary>
internal sealed class SettingsTask(JToken json, Func<string, Task> compare)
{
    public SettingsTask IgnoreMembers(params string[] names)
    {
        foreach (var member in json.SelectTokens("$..*").Select(value => value.Parent).OfType<JProperty>().Where(member => names.Contains(member.Name)).ToArray())
        {
            member.Remove();
        }

        return this;
    }

    public TaskAwaiter GetAwaiter() => compare(Text(json, "")).GetAwaiter();

    private static string Text(JToken token, string indent) => token switch
    {
        JObject members => Block('{', members.Properties().Select(member => $"{member.Name}: {Text(member.Value, indent + "  ")}"), '}', indent),
        JArray values => Block('[', values.Select(value => Text(value, indent + "  ")), ']', indent),
        _ => token.ToString(),
    };

    private static string Block(char open, IEnumerable<string> lines, char close, string indent) =>
        $"{open}\n{string.Join(",\n", lines.Select(line => $"{indent}  {line}"))}\n{indent}{close}";
}
