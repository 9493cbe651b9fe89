using System.Diagnostics;

namespace Build.Tests.Harness;

/// <summary>Runs the <c>dotnet</c> that runs these tests.</summary>
internal static class DotNet
{
    private const string DefaultSignals = "--default-signal=HUP,INT,QUIT";

    // A build that is started with Ctrl+C ignored, as nohup and scripts' background jobs are, cannot be cancelled by it. A test run may be one.
    private static readonly Lazy<bool> CanResetSignals = new(() =>
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo("/usr/bin/env", [DefaultSignals, "true"]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    });

    /// <summary>Starts a command.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="environment">Variables beside the tests' own.</param>
    /// <param name="arguments">The command and its arguments.</param>
    public static RunningCommand Start(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(CanResetSignals.Value ? "/usr/bin/env" : dotnet, CanResetSignals.Value ? [DefaultSignals, dotnet, .. arguments] : arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The test host's own settings would change how the builds under test behave.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        // Nor are these builds what the summary of the run that tests them is about.
        foreach (var name in new[] { "GITHUB_STEP_SUMMARY", "TF_BUILD", "GITLAB_CI" })
        {
            start.Environment.Remove(name);
        }

        // A process that stays would hold the fixtures' files.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";

        // As users' builds have it, and as builds without node reuse do not by themselves. It halves the time of a small build.
        start.Environment["UseSharedCompilation"] = "true";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new RunningCommand(Process.Start(start)!);
    }

    /// <summary>Runs a program that was published.</summary>
    public static async Task<BuildOutcome> RunProgramAsync(string program)
    {
        using var command = new RunningCommand(Process.Start(new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true })!);
        return await command.EndAsync();
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<BuildOutcome> RunAsync(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var command = Start(folder, environment, arguments);
        return await command.EndAsync();
    }
}
