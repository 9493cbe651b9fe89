using System.Diagnostics;

namespace Build.Tests.Faults;

/// <summary>Runs the programs that mount file systems.</summary>
internal static class Mounts
{
    /// <exception cref="IOException">The program fails.</exception>
    public static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new IOException(error.Trim());
        }
    }
}
