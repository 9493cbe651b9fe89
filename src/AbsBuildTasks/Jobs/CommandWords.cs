using System.Text;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Jobs;

/// <summary>The words of a command in a setting. No shell reads it: white space separates words, and quotes of either kind keep words together.</summary>
internal static class CommandWords
{
    /// <summary>Splits a command.</summary>
    /// <param name="setting">The setting's name, for the message.</param>
    /// <param name="command">Its text.</param>
    /// <exception cref="AbsException">ABS1005: a quote does not end.</exception>
    public static IReadOnlyList<string> Of(string setting, string command)
    {
        List<string> words = [];
        StringBuilder? word = null;
        var quote = '\0';
        foreach (var character in command)
        {
            if (quote != '\0' ? character == quote : character is '"' or '\'')
            {
                quote = quote == '\0' ? character : '\0';
                word ??= new();
            }
            else if (quote == '\0' && char.IsWhiteSpace(character))
            {
                End();
            }
            else
            {
                (word ??= new()).Append(character);
            }
        }

        if (quote != '\0')
        {
            throw new AbsException(AbsCodes.InvalidSetting, $"{setting} has a quote ({quote}) that does not end; write a second one behind the words that it keeps together.");
        }

        End();
        return words;

        void End()
        {
            if (word is not null)
            {
                words.Add(word.ToString());
                word = null;
            }
        }
    }
}
