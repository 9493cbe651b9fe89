using System.Runtime.InteropServices;

namespace AbsBuildTasks.Worker.Timing;

/// <summary>Names the machine that measures.</summary>
internal static class Machine
{
    /// <summary>Its processor, system and architecture: <c>AMD EPYC 9B14, Linux X64</c>.</summary>
    public static string Name => $"{Processor() ?? "unknown processor"}, {Os()} {RuntimeInformation.ProcessArchitecture}";

    private static string Os() => OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "macOS" : OperatingSystem.IsLinux() ? "Linux" : "other";

    private static string? Processor()
    {
        if (OperatingSystem.IsWindows())
        {
            return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        }

        // "model name : AMD EPYC 9B14"; Arm says nothing of the kind, and macOS has no such file.
        const string file = "/proc/cpuinfo";
        return File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() : null;
    }
}
