using System.Globalization;
using AbsBuildTasks.Jobs;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings.Kinds;

namespace AbsBuildTasks.Workers;

/// <summary>Where searches run. Both are null where the build starts them itself.</summary>
/// <param name="Launcher">The command in front of the worker's own.</param>
/// <param name="Queue">The queue that gets searches as jobs.</param>
/// <param name="Detaches">Whether a job goes on without a build that is cancelled.</param>
/// <param name="Parallel">How many searches run at once.</param>
internal sealed record Executor(CommandTemplate? Launcher = null, QueueEngine? Queue = null, bool Detaches = false, int Parallel = 1)
{
    private const string Command = "AbsExecutorCommand";
    private const string Options = "AbsExecutorOptions";
    private const string Submit = "AbsExecutorSubmit";
    private const string Status = "AbsExecutorStatus";
    private const string Cancel = "AbsExecutorCancel";
    private const string OnCancel = "AbsExecutorOnCancel";
    private const string ParallelName = "AbsExecutorParallel";

    // A queue is there to hold what does not run yet.
    private const int ParallelInQueue = 16;
    private const int MostParallel = 1000;

    /// <summary>A kind of executor: its name, the settings that it takes, and how it is made of them. A new kind is a new row.</summary>
    private static readonly Kind[] Kinds =
    [
        new("local", [], _ => new()),
        new("launch", [Command, ParallelName], given => new(CommandTemplate.Of(Command, given.Words(Command, "the command in front of the one that searches, such as \"srun --gres=gpu:1\""), AbsCodes.LaunchFailed, given.Variable), Parallel: given.Parallel(1))),
        new(SlurmQueue.Name, [Options, OnCancel, ParallelName], given => new(Queue: SlurmQueue.Engine("AbsExecutor=slurm", SlurmOptions.Of(Options, given[Options]), given.Variable), Detaches: given.Detaches(), Parallel: given.Parallel(ParallelInQueue))),
        new(CommandQueue.Name, [Submit, Status, Cancel, OnCancel, ParallelName], given => new(
            Queue: CommandQueue.Engine(
                (Submit, given.Words(Submit, "the command that gives {script} to a queue")),
                (Status, given.Words(Status, "the command that says what became of {job}")),
                (Cancel, given.Words(Cancel, "the command that takes {job} back")),
                given.Variable),
            Detaches: given.Detaches(), Parallel: given.Parallel(ParallelInQueue))),
    ];

    /// <summary>Reads the settings.</summary>
    /// <param name="settings">As the project file has them.</param>
    /// <param name="variable">Gives a variable of the environment; null or empty where it is not set.</param>
    /// <exception cref="AbsException">
    /// ABS1005: no such executor, or a setting that is missing, not for this executor, or cannot be read. ABS3012, or ABS3016 for
    /// <c>launch</c>: a program is not there.
    /// </exception>
    public static Executor Read(ExecutorSettings settings, Func<string, string?> variable)
    {
        var name = Choice.Of("AbsExecutor", settings.Executor, [.. Kinds.Select(kind => kind.Name)]);
        var kind = Array.Find(Kinds, each => each.Name == name)!;
        var given = new Given(name, variable, new Dictionary<string, string>
        {
            [Command] = settings.Command,
            [Options] = settings.Options,
            [Submit] = settings.Submit,
            [Status] = settings.Status,
            [Cancel] = settings.Cancel,
            [OnCancel] = settings.OnCancel,
            [ParallelName] = settings.Parallel,
        });
        return given.Names.FirstOrDefault(setting => !kind.Takes.Contains(setting)) is { } stray
            ? throw new AbsException(AbsCodes.InvalidSetting, $"{stray} is for AbsExecutor={string.Join(" or ", Kinds.Where(each => each.Takes.Contains(stray)).Select(each => each.Name))} alone; set that, too, or remove {stray}.")
            : kind.Make(given);
    }

    private sealed record Kind(string Name, string[] Takes, Func<Given, Executor> Make);

    /// <summary>The settings that are not empty.</summary>
    private sealed class Given(string executor, Func<string, string?> variable, IReadOnlyDictionary<string, string> settings)
    {
        public Func<string, string?> Variable => variable;

        public IEnumerable<string> Names => settings.Where(setting => setting.Value.Trim().Length > 0).Select(setting => setting.Key);

        public string this[string setting] => settings[setting];

        public bool Detaches() => this[OnCancel].Trim().Length > 0 && Choice.Of(OnCancel, this[OnCancel], "cancel", "detach") == "detach";

        public int Parallel(int otherwise) => this[ParallelName].Trim() is not { Length: > 0 } text ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostParallel ? number
            : throw new AbsException(AbsCodes.InvalidSetting, FormattableString.Invariant($"{ParallelName}=\"{text}\" is no number of searches; use 1 to {MostParallel}."));

        public IReadOnlyList<string> Words(string setting, string what) => CommandWords.Of(setting, this[setting]) is { Count: > 0 } words
            ? words
            : throw new AbsException(AbsCodes.InvalidSetting, $"AbsExecutor={executor} needs {setting}, {what}.");
    }
}
