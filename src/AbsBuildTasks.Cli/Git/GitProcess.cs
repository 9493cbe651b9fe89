using System.ComponentModel;
using System.Diagnostics;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Cli.Git;

/// <summary>Runs git.</summary>
internal static class GitProcess
{
    /// <summary>Runs a git command to its end.</summary>
    /// <param name="folder">The folder to run it in.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="AbsException">ABS4006: git cannot be started.</exception>
    public static GitAnswer Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", folder, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // Messages in English; and a mere reader takes no locks.
        start.Environment["LC_ALL"] = "C";
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            using var output = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(output);
            process.WaitForExit();
            return new(process.ExitCode, output.ToArray(), error.Result.Trim());
        }
        catch (Win32Exception exception)
        {
            throw new AbsException(AbsCodes.GitBaseUnavailable, $"git cannot be started: {exception.Message}. Install git, or compare two files or folders.", exception);
        }
    }
}
