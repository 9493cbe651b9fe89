using System.Diagnostics;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Jobs;

/// <summary>How a program is started that the build talks to.</summary>
internal static class PipedStart
{
    /// <summary>A program that does not see what <see cref="WorkerEnvironment"/> hides, with all three streams connected.</summary>
    public static ProcessStartInfo Of(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, CommandLine.Join(arguments))
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        WorkerEnvironment.Clear(start.Environment!);
        return start;
    }
}
