using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Settings.Kinds;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Workers;

/// <summary>A command in front of the worker's own, which runs it elsewhere, such as <c>srun --gres=gpu:1</c>.</summary>
/// <param name="Program">Full path of its program.</param>
/// <param name="Arguments">What follows the program; then comes the worker's command.</param>
internal sealed record Launcher(string Program, IReadOnlyList<string> Arguments)
{
    private const string Local = "local";
    private const string Launch = "launch";

    /// <summary>The program's name, for messages.</summary>
    public string Name => Path.GetFileNameWithoutExtension(Program);

    /// <summary>Reads <c>AbsExecutor</c> and <c>AbsExecutorCommand</c>.</summary>
    /// <param name="executor"><c>local</c> (the build starts workers itself) or <c>launch</c>.</param>
    /// <param name="command">The command, for <c>launch</c>. No shell reads it: white space separates words, and quotes of either kind keep words together.</param>
    /// <param name="variable">Gives a variable of the environment; null or empty where it is not set.</param>
    /// <returns>Null for <c>local</c>.</returns>
    /// <exception cref="AbsException">ABS1005: no such executor, or a command that is missing, not wanted, or has an open quote. ABS3016: there is no such program.</exception>
    public static Launcher? Read(string executor, string command, Func<string, string?> variable)
    {
        var words = Words(command);
        if (Choice.Of("AbsExecutor", executor, Local, Launch) == Local)
        {
            return words.Count == 0 ? null : throw new AbsException(AbsCodes.InvalidSetting, "AbsExecutorCommand is for AbsExecutor=launch alone; set that, too, or remove the command.");
        }

        if (words.Count == 0)
        {
            throw new AbsException(AbsCodes.InvalidSetting, "AbsExecutor=launch needs AbsExecutorCommand, the command in front of the one that searches, such as \"srun --gres=gpu:1\".");
        }

        var program = ProgramFile.IsFull(words[0]) ? words[0] : ProgramFile.Find(words[0], variable("PATH"));
        return program is not null && File.Exists(program) ? new(program, [.. words.Skip(1)])
            : throw new AbsException(AbsCodes.LaunchFailed, $"There is no program '{Printable.Escape(words[0])}', with which AbsExecutorCommand begins{(ProgramFile.IsFull(words[0]) ? "" : ", in any folder that PATH names by its full path")}. Install it, or name it by its full path.");
    }

    private static List<string> Words(string command)
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
            throw new AbsException(AbsCodes.InvalidSetting, $"AbsExecutorCommand has a quote ({quote}) that does not end; write a second one behind the words that it keeps together.");
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
