using System.Diagnostics;

namespace AbsBuildTasks.Cli.Tests.Infrastructure;

/// <summary>A script that stands in for a program.</summary>
internal static class ShellProgram
{
    /// <summary>Writes a script that runs, and returns its full path.</summary>
    /// <remarks>By another process: one that a test beside this one starts would inherit the open file, and no program runs that is open for writing.</remarks>
    public static string Write(string file, string script)
    {
        using var writer = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "printf '#!/bin/sh\n%s\n' \"$1\" > \"$0\" && chmod +x \"$0\"", file, script]))!;
        writer.WaitForExit();
        return file;
    }
}
