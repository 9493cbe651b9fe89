using Cake.Core.IO;

namespace AbsBuildTasks.Cake.Tests.Fakes;

/// <summary>How the process that a test lets start prints and ends.</summary>
internal sealed record FakeProcess(int ExitCode = 0)
{
    /// <summary>Whether its last lines come only once it is waited for without a limit, as those of real processes may.</summary>
    public bool PrintsLate { get; init; }

    public IReadOnlyList<string> Output { get; init; } = [];

    public IReadOnlyList<string> Error { get; init; } = [];

    public IProcess Start(ProcessSettings settings)
    {
        if (!PrintsLate)
        {
            Print(settings);
        }

        return Stub<IProcess>.With(
            ("WaitForExit", arguments =>
            {
                if (PrintsLate && arguments.Length == 0)
                {
                    Print(settings);
                }

                return arguments.Length == 0 ? null : true;
            }),
            ("GetStandardOutput", _ => Output),
            ("GetStandardError", _ => Error),
            ("GetExitCode", _ => ExitCode));
    }

    private void Print(ProcessSettings settings)
    {
        // As the real one does where it is asked to: line by line, and null at the end.
        foreach (var line in Output.Append(null))
        {
            settings.RedirectedStandardOutputHandler?.Invoke(line);
        }

        foreach (var line in Error.Append(null))
        {
            settings.RedirectedStandardErrorHandler?.Invoke(line);
        }
    }
}
