using System.Runtime.InteropServices;

namespace AbsBuildTasks.Plans.Files;

/// <summary>Finds programs to start.</summary>
/// <remarks>
/// .NET and Windows look for a program that is started by its bare name in the current folder, before PATH or beside it: a
/// checkout could bring a <c>git</c> of its own. So programs are started by their full path only.
/// </remarks>
internal static class ProgramFile
{
    private const int Executable = 1;

    /// <summary>The full path of a program; null where no folder of PATH has it.</summary>
    /// <param name="name">Its name without an ending, such as <c>git</c>.</param>
    /// <param name="path">PATH, or null. Entries that are no full paths, so depend on the current folder, are left out.</param>
    public static string? Find(string name, string? path) => (path ?? "")
        .Split(Path.PathSeparator)
        .Select(entry => entry.Trim('"'))
        .Where(IsFull)
        .Select(folder => Path.Combine(folder, name + Ending))
        .FirstOrDefault(CanBeStarted);

    /// <summary>Whether a path says the same in every current folder.</summary>
    public static bool IsFull(string path)
    {
        if (!IsWindows)
        {
            return path.Length > 0 && path[0] == '/';
        }

        // C:\x and \\server\x, but neither C:x nor \x.
        return path.Length > 2 && IsSeparator(path[2]) && path[1] == ':' || path.Length > 1 && IsSeparator(path[0]) && IsSeparator(path[1]);
    }

    private static bool IsWindows => RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    // Not .cmd and .bat: what starts those reads the arguments as commands.
    private static string Ending => IsWindows ? ".exe" : "";

    private static bool IsSeparator(char character) => character is '/' or '\\';

    private static bool CanBeStarted(string file) => File.Exists(file) && (IsWindows || Access(file, Executable) == 0);

    [DllImport("libc", EntryPoint = "access", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Access(string file, int mode);
}
