using System.Text;

namespace AbsBuildTasks.Plans.Files;

/// <summary>Joins arguments to the one text that starts a process; .NET on every system splits it again the same way.</summary>
internal static class CommandLine
{
    /// <summary>Joins arguments.</summary>
    public static string Join(IEnumerable<string> arguments) => string.Join(" ", arguments.Select(Quote));

    private static string Quote(string argument)
    {
        if (argument.Length > 0 && !argument.Any(character => char.IsWhiteSpace(character) || character == '"'))
        {
            return argument;
        }

        return Quoted(argument);
    }

    /// <summary>An argument in quotes, whatever is in it.</summary>
    public static string Quoted(string argument)
    {
        var text = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var character in argument)
        {
            // Backslashes stand for themselves except before a quote, where each needs another.
            text.Append('\\', character == '"' ? backslashes + 1 : 0).Append(character);
            backslashes = character == '\\' ? backslashes + 1 : 0;
        }

        return text.Append('\\', backslashes).Append('"').ToString();
    }
}
