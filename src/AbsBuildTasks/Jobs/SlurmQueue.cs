using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Jobs;

/// <summary>Slurm: <c>sbatch</c>, <c>scontrol show job</c> and <c>scancel</c>. Its accounting is not needed.</summary>
internal static class SlurmQueue
{
    /// <summary>The kind's name.</summary>
    public const string Name = "slurm";

    private const int Width = 200; // characters

    // https://slurm.schedmd.com/squeue.html#SECTION_JOB-STATE-CODES. Others, of later versions, are taken for running: that changes nothing.
    private static readonly Dictionary<string, JobPhase> Phases = new()
    {
        ["PENDING"] = JobPhase.Waiting,
        ["CONFIGURING"] = JobPhase.Waiting,
        ["REQUEUED"] = JobPhase.Waiting,
        ["REQUEUE_HOLD"] = JobPhase.Waiting,
        ["REQUEUE_FED"] = JobPhase.Waiting,
        ["RESV_DEL_HOLD"] = JobPhase.Waiting,
        ["SPECIAL_EXIT"] = JobPhase.Waiting,
        ["BOOT_FAIL"] = JobPhase.Interrupted,
        ["DEADLINE"] = JobPhase.Interrupted,
        ["NODE_FAIL"] = JobPhase.Interrupted,
        ["PREEMPTED"] = JobPhase.Interrupted,
        ["REVOKED"] = JobPhase.Interrupted,
        ["TIMEOUT"] = JobPhase.Interrupted,
        ["CANCELLED"] = JobPhase.Cancelled,
        ["COMPLETED"] = JobPhase.Ended,
        ["FAILED"] = JobPhase.Ended,
        ["OUT_OF_MEMORY"] = JobPhase.Ended,
    };

    /// <summary>Makes the row.</summary>
    /// <param name="setting">The setting that has the options, for messages.</param>
    /// <param name="options">Options for <c>sbatch</c>, which count before those here.</param>
    /// <param name="variable">Gives a variable of the environment; null or empty where it is not set.</param>
    /// <exception cref="AbsException">ABS3012: Slurm's programs are not there.</exception>
    public static QueueEngine Engine(string setting, IReadOnlyList<string> options, Func<string, string?> variable) => new()
    {
        Name = Name,
        Queue = variable("SLURM_CONF") ?? "",

        // NIL: nothing of the build's environment, which Slurm would keep in files. singleton: where an answer was lost, and the job is given
        // again, the second waits for the first. The job itself says where its output goes, as a folder that is missing there ends a job without a word.
        Submit = Command(setting, variable, ["sbatch", "--parsable", "--job-name={name}", "--export=NIL", "--requeue", "--dependency=singleton", "--chdir=/", "--output=/dev/null", .. options, "{script}"]),
        Status = Command(setting, variable, ["scontrol", "show", "job", "--oneliner", "{job}"]),
        Cancel = Command(setting, variable, ["scancel", "{job}"]),
        ReadId = ReadId,
        ReadStatus = ReadStatus,
    };

    /// <summary>Reads <c>number</c> or <c>number;cluster</c>.</summary>
    public static string? ReadId(string output) => output.Trim().Split(';')[0] is { Length: > 0 } id && id.All(character => character is >= '0' and <= '9') ? id : null;

    /// <summary>Reads what <c>scontrol</c> says.</summary>
    public static JobStatus ReadStatus(ToolOutput output, string id, string name)
    {
        if (output.ExitCode != 0)
        {
            // It forgets a job some minutes after its end.
            return output.Error.IndexOf("Invalid job id", StringComparison.OrdinalIgnoreCase) >= 0 ? new(JobPhase.Interrupted, "Slurm no longer knows it") : new(JobPhase.Unknown, output.Words);
        }

        var fields = output.Output.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (Field("JobState") is not { Length: > 0 } state)
        {
            return new(JobPhase.Unknown, output.Words);
        }

        if (Field("JobName") != name)
        {
            // Numbers begin anew where a cluster is set up anew.
            return new(JobPhase.Interrupted, $"{id} is another job in Slurm");
        }

        var reason = Field("Reason");
        var words = Field("BatchHost") is { Length: > 0 } host ? $"{state} on {host}" : reason is null or "None" or "(null)" ? state : $"{state}, {reason}";
        return new(Phases.TryGetValue(state, out var phase) ? phase : JobPhase.Running, Printable.Shorten(words, Width), ExitCode());

        // The first one counts: what users may write, such as a comment, comes later.
        string? Field(string key) => Array.Find(fields, field => field.StartsWith(key + "=", StringComparison.Ordinal))?.Substring(key.Length + 1);

        int? ExitCode() => int.TryParse(Field("ExitCode")?.Split(':')[0], out var code) ? code : null;
    }

    private static CommandTemplate Command(string setting, Func<string, string?> variable, IReadOnlyList<string> words) =>
        CommandTemplate.Of(setting, words, AbsCodes.JobRefused, variable);
}
