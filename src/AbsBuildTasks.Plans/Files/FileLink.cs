namespace AbsBuildTasks.Plans.Files;

/// <summary>Follows links in the file system.</summary>
public static class FileLink
{
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
