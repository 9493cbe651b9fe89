using System.Text.RegularExpressions;

namespace AbsBuildTasks.Cake.Output;

/// <summary>Shows what a process prints while it runs, and keeps the errors of AbsBuildTasks among it.</summary>
/// <param name="name">What failed, in messages.</param>
/// <param name="log">Where the output is shown, whatever the log's verbosity, as that of other tools is.</param>
internal sealed class ShownOutput(string name, ICakeLog log)
{
    // MSBuild adds the project to its lines, and repeats them at the end. Lines come from programs of all kinds: no backtracking.
    private static readonly Regex ErrorLine = new(@"(^|\s)error (?<error>ABS\d{4}: .*?)( \[[^\[\]]+\])?\s*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    private readonly Lock _lock = new();
    private readonly List<string> _errors = [];
    private string? _complaint;

    /// <summary>The first line on the error stream that is no warning; null where there was none.</summary>
    public string? Complaint
    {
        get
        {
            lock (_lock)
            {
                return _complaint;
            }
        }
    }

    /// <summary>Runs a process and lets its failure name the errors it printed.</summary>
    /// <param name="run">Starts the process with these settings and waits for it.</param>
    /// <exception cref="CakeException">The process failed.</exception>
    public void Watch(Action<ProcessSettings> run)
    {
        var process = new ProcessSettings
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectedStandardOutputHandler = line => Show(LogLevel.Information, line),
            RedirectedStandardErrorHandler = line => Show(LogLevel.Error, line),
        };
        try
        {
            run(process);
        }
        catch (CakeException error) when (_errors.Count > 0)
        {
            throw new CakeException(error.ExitCode, $"{name}: {string.Join(Environment.NewLine, _errors)}", error);
        }
    }

    /// <summary>What to do after a process: with a timeout, its last lines may still be on their way.</summary>
    public static Action<IProcess> Drain(ToolSettings settings) => process =>
    {
        process.WaitForExit();
        settings.PostAction?.Invoke(process);
    };

    // Null at the end of a stream; nothing is kept by the process object, which nobody reads.
    private string? Show(LogLevel level, string? line)
    {
        if (line is null)
        {
            return null;
        }

        log.Write(Verbosity.Quiet, level, "{0}", line);
        lock (_lock)
        {
            if (ErrorLine.Match(line) is { Success: true } match && !_errors.Contains(match.Groups["error"].Value))
            {
                _errors.Add(match.Groups["error"].Value);
            }

            if (level == LogLevel.Error && line.Trim().Length > 0 && !line.StartsWith("warning ", StringComparison.Ordinal))
            {
                _complaint ??= line.Trim();
            }
        }

        return null;
    }
}
