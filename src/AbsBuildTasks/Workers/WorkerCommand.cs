using System.Diagnostics;

namespace AbsBuildTasks.Workers;

/// <summary>How the worker is started: under the model project's deps file, so with the packages that the project chose.</summary>
internal sealed record WorkerCommand
{
    // By default torch's threads spin for long while they wait. On processors that a build shares with other work, each
    // then waits for one that is not running: measured ten times slower on two cores. A thousand turns bridge the gaps
    // within a training step, and cost nothing where the processors are free. Read when the process starts.
    private const string SpinCount = "GOMP_SPINCOUNT";
    private const string WaitPolicy = "OMP_WAIT_POLICY";

    /// <summary>The <c>dotnet</c> program.</summary>
    public required string Host { get; init; }

    /// <summary>Full path of the worker's assembly.</summary>
    public required string Assembly { get; init; }

    /// <summary>Full path of the model project's <c>.deps.json</c>.</summary>
    public required string DepsFile { get; init; }

    /// <summary>The folders that packages are in.</summary>
    public required IReadOnlyList<string> ProbingPaths { get; init; }

    /// <summary>The command in front of it; null for none.</summary>
    public Launcher? Launcher { get; init; }

    /// <summary>The worker's own arguments: full path of the request, and what stands before it.</summary>
    public required IReadOnlyList<string> Request { get; init; }

    /// <summary>Describes the process, with all three streams connected.</summary>
    public ProcessStartInfo ToStartInfo()
    {
        var start = new ProcessStartInfo(Launcher?.Program ?? Host, CommandLine.Join(Launcher is null ? Arguments() : [.. Launcher.Arguments, Host, .. Arguments()]))
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        WorkerEnvironment.Clear(start.Environment!);
        if (new[] { SpinCount, WaitPolicy }.All(name => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))))
        {
            start.Environment[SpinCount] = "1000";
        }

        return start;
    }

    private IEnumerable<string> Arguments() =>
    [
        "exec",
        "--depsfile", DepsFile,
        .. ProbingPaths.SelectMany(path => new[] { "--additionalprobingpath", path }),
        Assembly,
        .. Request,
    ];
}
