namespace AbsBuildTasks.Plans.Files;

/// <summary>Follows links in the file system.</summary>
public static class FileLink
{
    // Known to .NET, and not to .NET Framework, where links so count as what they lead to.
    private static readonly Func<string, bool, FileSystemInfo?>? ResolveLinkTarget = (Func<string, bool, FileSystemInfo?>?)typeof(Directory)
        .GetMethod("ResolveLinkTarget", [typeof(string), typeof(bool)])
        ?.CreateDelegate(typeof(Func<string, bool, FileSystemInfo?>));

    /// <summary>What a link to a file or folder leads to in the end; null for what is none, also where it looks like one, such as a mounted volume.</summary>
    /// <exception cref="IOException">There is nothing, or the link leads back to itself.</exception>
    public static string? Target(string path) =>
        (File.GetAttributes(path) & FileAttributes.ReparsePoint) != 0 ? ResolveLinkTarget?.Invoke(path, true)?.FullName : null;
}
