using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Jobs;

/// <summary>Any queue, by three commands of the user.</summary>
internal static class CommandQueue
{
    /// <summary>The kind's name.</summary>
    public const string Name = "command";

    private const int Width = 200; // characters

    // What queues say: Kubernetes' pods, Ray, LSF, and whoever writes a script of his own.
    private static readonly (JobPhase Phase, string[] Words)[] Phases =
    [
        (JobPhase.Waiting, ["waiting", "pending", "pend", "queued", "psusp"]),
        (JobPhase.Running, ["running", "run", "ususp", "ssusp", "wait"]),
        (JobPhase.Interrupted, ["interrupted", "preempted", "evicted", "timeout"]),
        (JobPhase.Cancelled, ["cancelled", "stopped"]),
        (JobPhase.Ended, ["success", "succeeded", "done", "failed", "exit"]),
    ];

    /// <summary>Makes the row.</summary>
    /// <param name="submit">The setting's name and its words: how a job gets into the queue.</param>
    /// <param name="status">The same: what becomes of it.</param>
    /// <param name="cancel">The same: how it is taken back.</param>
    /// <param name="variable">Gives a variable of the environment; null or empty where it is not set.</param>
    /// <exception cref="AbsException">ABS1005: a command has an unknown place. ABS3012: there is no such program.</exception>
    public static QueueEngine Engine((string Setting, IReadOnlyList<string> Words) submit, (string Setting, IReadOnlyList<string> Words) status, (string Setting, IReadOnlyList<string> Words) cancel, Func<string, string?> variable) => new()
    {
        Name = Name,
        Queue = string.Join(" ", status.Words),
        Submit = Command(submit, variable, QueueEngine.ScriptPlace, QueueEngine.NamePlace, QueueEngine.FolderPlace),
        Status = Command(status, variable, QueueEngine.JobPlace, QueueEngine.NamePlace),
        Cancel = Command(cancel, variable, QueueEngine.JobPlace, QueueEngine.NamePlace),
        ReadId = ReadId,
        ReadStatus = ReadStatus,
    };

    /// <summary>The first line, where it is one word.</summary>
    public static string? ReadId(string output) =>
        output.Split('\n')[0].Trim() is { Length: > 0 and <= Width } id && id.All(character => character is > ' ' and < '\u007F') ? id : null;

    /// <summary>The first word that says something of a job.</summary>
    public static JobStatus ReadStatus(ToolOutput output, string id, string name)
    {
        if (output.ExitCode != 0)
        {
            return new(JobPhase.Unknown, output.Words);
        }

        var text = output.Output.Replace(id, " ").Replace(name, " ");
        foreach (var word in new string([.. text.Select(character => char.IsLetter(character) ? char.ToLowerInvariant(character) : ' ')]).Split([' '], StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var (phase, words) in Phases)
            {
                if (words.Contains(word, StringComparer.Ordinal))
                {
                    return new(phase, word);
                }
            }
        }

        return new(JobPhase.Unknown, output.Output.Trim().Length == 0 ? "it printed nothing" : $"it printed '{Printable.Shorten(output.Output.Trim(), Width)}', which says nothing of a job");
    }

    /// <summary>All words that it understands, for messages and documents.</summary>
    public static IEnumerable<string> Words => Phases.SelectMany(row => row.Words);

    private static CommandTemplate Command((string Setting, IReadOnlyList<string> Words) command, Func<string, string?> variable, params string[] places) =>
        CommandTemplate.Of(command.Setting, command.Words, AbsCodes.JobRefused, variable, places);
}
