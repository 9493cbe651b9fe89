using System.ComponentModel;
using System.Diagnostics;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Plans.Git;

/// <summary>Runs git.</summary>
internal static class GitProcess
{
    // A folder in a checkout that looks like a repository of its own may name programs in its settings; so may one without
    // a working tree, which no plan is in.
    private static readonly string[] Safe = ["-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false"];

    /// <summary>Runs a git command to its end.</summary>
    /// <param name="folder">The folder to run it in.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="AbsException">ABS4006: git cannot be started.</exception>
    public static GitAnswer Run(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return new(process.ExitCode, output.ToArray(), error.Result.Trim());
    }

    /// <summary>Starts a git command, connected to all its streams.</summary>
    /// <param name="folder">The folder to run it in.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="AbsException">ABS4006: git cannot be started.</exception>
    public static Process Start(string folder, params string[] arguments)
    {
        var program = ProgramFile.Find("git", Environment.GetEnvironmentVariable("PATH"))
            ?? throw new AbsException(AbsCodes.GitBaseUnavailable, "git is in no folder that PATH names by its full path. Install git, or compare two files or folders.");
        var start = new ProcessStartInfo(program, CommandLine.Join([.. Safe, "-C", folder, .. arguments]))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // Messages in English; and a mere reader takes no locks.
        start.Environment["LC_ALL"] = "C";
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new AbsException(AbsCodes.GitBaseUnavailable, $"git cannot be started: {exception.Message}. Install git, or compare two files or folders.", exception);
        }
    }
}
