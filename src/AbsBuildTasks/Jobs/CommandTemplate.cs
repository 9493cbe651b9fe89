using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Settings.Kinds;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Jobs;

/// <summary>A command whose words have places for values, such as <c>{job}</c>.</summary>
/// <remarks>The words are split before the values get in: no value becomes two words, or another command.</remarks>
/// <param name="Program">Full path of its program.</param>
/// <param name="Arguments">What follows the program.</param>
internal sealed record CommandTemplate(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>The program's name, for messages.</summary>
    public string Name => Path.GetFileNameWithoutExtension(Program);

    /// <summary>Reads a command.</summary>
    /// <param name="setting">The setting that has it, for messages.</param>
    /// <param name="words">Its words, one at least.</param>
    /// <param name="code">The failure where there is no such program.</param>
    /// <param name="variable">Gives a variable of the environment; null or empty where it is not set.</param>
    /// <param name="places">The names that may stand in braces; none where words are taken as they are.</param>
    /// <exception cref="AbsException">ABS1005: there is no such place. Or there is no such program.</exception>
    public static CommandTemplate Of(string setting, IReadOnlyList<string> words, string code, Func<string, string?> variable, params string[] places)
    {
        var program = ProgramFile.IsFull(words[0]) ? words[0] : ProgramFile.Find(words[0], variable("PATH"));
        if (program is null || !File.Exists(program))
        {
            throw new AbsException(code, $"There is no program '{Printable.Escape(words[0])}', with which {setting} begins{(ProgramFile.IsFull(words[0]) ? "" : ", in any folder that PATH names by its full path")}. Install it, or name it by its full path.");
        }

        if (places.Length > 0 && words.SelectMany(Braced).FirstOrDefault(name => !places.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            throw new AbsException(AbsCodes.InvalidSetting, $"{setting} has a place {{{unknown}}}, for which there is no value; there are {Choice.AnyOf([.. places.Select(place => $"{{{place}}}")])}.");
        }

        return new(program, [.. words.Skip(1)]);
    }

    /// <summary>The arguments with values in their places.</summary>
    /// <param name="values">The values by their names.</param>
    public IReadOnlyList<string> Filled(IReadOnlyDictionary<string, string> values) => [.. Arguments.Select(word => Fill(word, values))];

    // Once from left to right: what a value holds is no place.
    private static string Fill(string word, IReadOnlyDictionary<string, string> values)
    {
        var text = "";
        for (var i = 0; i < word.Length;)
        {
            var end = word[i] == '{' ? word.IndexOf('}', i) : -1;
            var isPlace = end > 0 && values.ContainsKey(word.Substring(i + 1, end - i - 1));
            text += isPlace ? values[word.Substring(i + 1, end - i - 1)] : word[i].ToString();
            i = isPlace ? end + 1 : i + 1;
        }

        return text;
    }

    // Only letters: other braces are the program's own, such as those of {.status.phase}.
    private static IEnumerable<string> Braced(string word)
    {
        for (var start = word.IndexOf('{'); start >= 0; start = word.IndexOf('{', start + 1))
        {
            var end = word.IndexOf('}', start);
            if (end > start + 1 && word.Substring(start + 1, end - start - 1) is var name && name.All(char.IsLetter))
            {
                yield return name;
            }
        }
    }
}
