using System.Diagnostics;
using System.Globalization;

namespace Build.Tests.Harness;

/// <summary>Waits for what has to come, however busy the machine is. Only what hangs for good takes as long as the limit.</summary>
internal static class Hang
{
    private const int PauseMilliseconds = 50;

    /// <summary>What nothing takes that does not hang.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    /// <summary>Waits for the end of a process.</summary>
    /// <exception cref="TimeoutException">It hangs.</exception>
    public static Task EndAsync(Process process) => process.WaitForExitAsync().WaitAsync(Limit);

    /// <summary>Waits until something is so.</summary>
    /// <param name="isSo">Whether it is so.</param>
    /// <param name="build">The build that makes it so.</param>
    /// <exception cref="InvalidOperationException">The build has ended without.</exception>
    /// <exception cref="TimeoutException">It hangs.</exception>
    public static async Task UntilAsync(Func<bool> isSo, RunningCommand build)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(PauseMilliseconds))
        {
            // In this order: what comes last in a build counts, too.
            var hasEnded = build.HasEnded;
            if (isSo())
            {
                return;
            }

            if (hasEnded)
            {
                throw new InvalidOperationException($"The build ended too early: {(await build.EndAsync()).Output}");
            }

            if (clock.Elapsed > Limit)
            {
                throw new TimeoutException("The build hangs.");
            }
        }
    }

    /// <summary>Waits until something is so.</summary>
    /// <param name="isSo">Whether it is so.</param>
    /// <exception cref="TimeoutException">It hangs.</exception>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var clock = Stopwatch.StartNew(); !await isSo(); await Task.Delay(PauseMilliseconds))
        {
            if (clock.Elapsed > Limit)
            {
                throw new TimeoutException("It hangs.");
            }
        }
    }

    /// <summary>Waits for a build's worker.</summary>
    /// <param name="processFile">The file into which the worker writes its process id.</param>
    /// <param name="build">The build.</param>
    public static async Task<Process> WorkerAsync(string processFile, RunningCommand build)
    {
        var id = 0;
        await UntilAsync(() => File.Exists(processFile) && int.TryParse(File.ReadAllText(processFile), CultureInfo.InvariantCulture, out id), build);
        return Process.GetProcessById(id);
    }
}
