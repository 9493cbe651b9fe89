using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AbsBuildTasks.Workers;

/// <summary>Asks a process to end, as <c>kill</c> does: it may tidy up, such as take back what it put into a queue.</summary>
internal static class TerminationSignal
{
    private const int Terminate = 15;

    /// <summary>Sends it; on Windows, which has none, nothing happens.</summary>
    public static void Send(Process process)
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            _ = Kill(process.Id, Terminate);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
