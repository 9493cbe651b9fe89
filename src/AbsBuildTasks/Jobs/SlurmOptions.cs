using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Jobs;

/// <summary>The options that a user has for <c>sbatch</c>.</summary>
internal static class SlurmOptions
{
    /// <summary>Those of one letter that take no value, so that another may follow in the same word.</summary>
    private const string Flags = "hHIkOQsuvVW";

    // With another name, on another cluster, or as several, the build would not find its job again, and would leave it behind.
    private static readonly (string Long, char Short)[] Refused = [("--job-name", 'J'), ("--clusters", 'M'), ("--array", 'a'), ("--wrap", '\0')];

    /// <summary>Reads them, and refuses those with which the build would lose its job.</summary>
    /// <param name="setting">The setting's name, for the message.</param>
    /// <param name="text">Its text.</param>
    /// <returns>The options, a word each.</returns>
    /// <exception cref="AbsException">ABS1005: a quote does not end, there is one that is refused, or a word that is no option.</exception>
    public static IReadOnlyList<string> Of(string setting, string text)
    {
        var words = CommandWords.Of(setting, text);
        foreach (var word in words)
        {
            if (word.Length < 2 || word[0] != '-' || word == "--")
            {
                throw new AbsException(AbsCodes.InvalidSetting, $"{setting} has \"{Printable.Escape(word)}\", which is no option, so that sbatch would take it for the job's script. Write an option and its value as one word, such as --time=8:00:00.");
            }

            if (Array.Find(Refused, option => Is(word, option.Long, option.Short)).Long is { } refused)
            {
                throw new AbsException(AbsCodes.InvalidSetting, $"{setting} has {Printable.Escape(word)}, and {refused} is not yours to set: the build would not know its job again. Remove it.");
            }
        }

        return words;
    }

    // Programs take the beginning of a long option for all of it.
    private static bool Is(string word, string longName, char shortName) => word.StartsWith("--", StringComparison.Ordinal)
        ? longName.StartsWith(word.Split('=')[0], StringComparison.Ordinal)
        : word.Substring(1).TrimStart(Flags.ToCharArray()) is { Length: > 0 } rest && rest[0] == shortName;
}
