using System.Diagnostics;
using AbsBuildTasks.Jobs;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Workers;

/// <summary>How the worker is started: under the model project's deps file, so with the packages that the project chose.</summary>
internal sealed record WorkerCommand
{
    // By default torch's threads spin for long while they wait. On processors that a build shares with other work, each
    // then waits for one that is not running: measured ten times slower on two cores. A thousand turns bridge the gaps
    // within a training step, and cost nothing where the processors are free. Read when the process starts.
    private const string SpinCount = "GOMP_SPINCOUNT";
    private const string WaitPolicy = "OMP_WAIT_POLICY";

    // By default the C library gives memory back to the kernel in the midst of each training step, and takes it anew: up to
    // a third of the processor's time. So it keeps what it has.
    // Blocks above the largest threshold that there is still come and go. Other C libraries ignore this.
    private static readonly IReadOnlyDictionary<string, string> Memory = new Dictionary<string, string>
    {
        ["MALLOC_TRIM_THRESHOLD_"] = "8589934592",
        ["MALLOC_MMAP_THRESHOLD_"] = "33554432",
        ["MALLOC_TOP_PAD_"] = "16777216",
    };

    private static readonly IReadOnlyList<string> MemoryOfUsers = [.. Memory.Keys, "GLIBC_TUNABLES"];

    /// <summary>The <c>dotnet</c> program.</summary>
    public required string Host { get; init; }

    /// <summary>Full path of the worker's assembly.</summary>
    public required string Assembly { get; init; }

    /// <summary>Full path of the model project's <c>.deps.json</c>.</summary>
    public required string DepsFile { get; init; }

    /// <summary>The folders that packages are in.</summary>
    public required IReadOnlyList<string> ProbingPaths { get; init; }

    /// <summary>The command in front of it; null for none.</summary>
    public CommandTemplate? Launcher { get; init; }

    /// <summary>The worker's own arguments: full path of the request, and what stands before it.</summary>
    public required IReadOnlyList<string> Request { get; init; }

    /// <summary>Describes the process, with all three streams connected.</summary>
    public ProcessStartInfo ToStartInfo()
    {
        var start = PipedStart.Of(Launcher?.Program ?? Host, Launcher is null ? Arguments() : [.. Launcher.Arguments, Host, .. Arguments()]);
        foreach (var variable in Variables())
        {
            start.Environment[variable.Key] = variable.Value;
        }

        return start;
    }

    /// <summary>The variables that a worker gets beside those it is given; none where the user has set one of the same purpose.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Variables() =>
        UnlessGiven(new Dictionary<string, string> { [SpinCount] = "1000" }, [SpinCount, WaitPolicy]).Concat(UnlessGiven(Memory, MemoryOfUsers));

    /// <summary>The host's arguments.</summary>
    public IEnumerable<string> Arguments() =>
    [
        "exec",
        "--depsfile", DepsFile,
        .. ProbingPaths.SelectMany(path => new[] { "--additionalprobingpath", path }),
        Assembly,
        .. Request,
    ];

    private static IReadOnlyDictionary<string, string> UnlessGiven(IReadOnlyDictionary<string, string> settings, IReadOnlyList<string> given) =>
        given.All(name => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))) ? settings : new Dictionary<string, string>();
}
