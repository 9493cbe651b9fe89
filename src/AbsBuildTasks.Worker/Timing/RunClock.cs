using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AbsBuildTasks.Worker.Timing;

/// <summary>Tells how long something took.</summary>
/// <remarks>
/// What runs on this thread alone is measured by the time that the thread had a processor, where the system tells it to the
/// nanosecond: what else the machine does counts little then. All else is measured by the clock.
/// </remarks>
/// <param name="isAlone">Whether nothing but this thread works.</param>
internal sealed partial class RunClock(bool isAlone)
{
    private const int ThreadTime = 3;

    private readonly bool _countsThread = isAlone && OperatingSystem.IsLinux();

    /// <summary>Nanoseconds since some moment.</summary>
    public double Now() => _countsThread && GetTime(ThreadTime, out var time) == 0
        ? (time.Seconds * 1e9) + time.Nanoseconds
        : Stopwatch.GetTimestamp() * 1e9 / Stopwatch.Frequency;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out Timestamp time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Timestamp(nint Seconds, nint Nanoseconds);
}
