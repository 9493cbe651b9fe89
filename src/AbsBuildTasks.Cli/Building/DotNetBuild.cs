using System.ComponentModel;
using System.Diagnostics;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Building;

/// <summary>Runs <c>dotnet build</c>.</summary>
/// <param name="program">The <c>dotnet</c> program, by its full path.</param>
internal sealed class DotNetBuild(string program)
{
    private const string HostPath = "DOTNET_HOST_PATH";

    /// <summary>The build by the program that DOTNET_HOST_PATH names, or else by that of PATH.</summary>
    /// <param name="variable">The value of an environment variable, or null.</param>
    /// <exception cref="AbsException">ABS1008: there is no such program.</exception>
    public static DotNetBuild Of(Func<string, string?> variable)
    {
        if (variable(HostPath) is { Length: > 0 } named)
        {
            return ProgramFile.IsFull(named)
                ? new(named)
                : throw new AbsException(AbsCodes.FileAccess, $"{HostPath} is '{Printable.Escape(named)}', which is another program in every folder; set it to the full path of the .NET SDK's dotnet program.");
        }

        return ProgramFile.Find("dotnet", variable("PATH")) is { } found
            ? new(found)
            : throw new AbsException(AbsCodes.FileAccess, $"dotnet is in no folder that PATH names by its full path. Install the .NET SDK, or set {HostPath} to its dotnet program.");
    }

    /// <summary>Runs a build to its end.</summary>
    /// <param name="arguments">What follows <c>dotnet build</c>.</param>
    /// <param name="onLine">Told each line that it prints, one at a time.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="AbsException">ABS1008: it cannot be started.</exception>
    public int Run(IReadOnlyList<string> arguments, Action<string> onLine)
    {
        using var process = new Process
        {
            StartInfo = new(program, ["build", .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        var gate = new Lock();
        process.OutputDataReceived += (_, line) => Receive(line.Data);
        process.ErrorDataReceived += (_, line) => Receive(line.Data);

        // The terminal sends its interrupt to the build, too, which then ends; until it has, so must this process live.
        ConsoleCancelEventHandler wait = (_, interrupt) => interrupt.Cancel = true;
        Console.CancelKeyPress += wait;
        try
        {
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception exception)
        {
            throw new AbsException(AbsCodes.FileAccess, $"'{Printable.Escape(program)}' cannot be started: {exception.Message}. Install the .NET SDK, or set DOTNET_HOST_PATH to its dotnet program.", exception);
        }
        finally
        {
            Console.CancelKeyPress -= wait;
        }

        void Receive(string? line)
        {
            if (line is not null)
            {
                lock (gate)
                {
                    onLine(line);
                }
            }
        }
    }
}
