namespace AbsBuildTasks.Plans.Files;

/// <summary>Follows links in the file system.</summary>
internal static class FileLink
{
    /// <summary>Whether a path is a link itself, whatever it leads to, be it to nothing or back to itself.</summary>
    /// <remarks>On .NET Framework a mounted volume counts as one, too.</remarks>
    /// <exception cref="IOException">What is there cannot be looked at.</exception>
    public static bool Is(string path)
    {
        try
        {
            return (File.GetAttributes(path) & FileAttributes.ReparsePoint) != 0 && (Runtime.ResolveLinkTarget is not { } resolve || resolve(path, false) is not null);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>What a link to a file or folder leads to in the end; null for what is none, also where it looks like one, such as a mounted volume.</summary>
    /// <exception cref="IOException">There is nothing, or the link leads back to itself.</exception>
    public static string? Target(string path) =>
        (File.GetAttributes(path) & FileAttributes.ReparsePoint) != 0 ? Runtime.ResolveLinkTarget?.Invoke(path, true)?.FullName : null;

    // Known to .NET, and not to .NET Framework, where links so count as files and folders of their own. In a class of its own, as most
    // builds meet no link, and those with nothing to do are to take no time.
    private static class Runtime
    {
        public static readonly Func<string, bool, FileSystemInfo?>? ResolveLinkTarget = (Func<string, bool, FileSystemInfo?>?)typeof(Directory)
            .GetMethod("ResolveLinkTarget", [typeof(string), typeof(bool)])
            ?.CreateDelegate(typeof(Func<string, bool, FileSystemInfo?>));
    }
}
