namespace AbsBuildTasks.Models;

/// <summary>Where folders are once links are followed.</summary>
internal static class RealFolder
{
    // Known to .NET, and not to .NET Framework, where links so count as folders of their own.
    private static readonly Func<string, bool, FileSystemInfo?>? ResolveLinkTarget = (Func<string, bool, FileSystemInfo?>?)typeof(Directory)
        .GetMethod("ResolveLinkTarget", [typeof(string), typeof(bool)])
        ?.CreateDelegate(typeof(Func<string, bool, FileSystemInfo?>));

    /// <summary>The path of a folder without links in it.</summary>
    public static string Of(string folder)
    {
        var path = Path.GetFullPath(folder);
        var root = Path.GetPathRoot(path)!;
        return path.Substring(root.Length).Split([Path.DirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Aggregate(root, Below);
    }

    /// <summary>The path without links of a folder in another.</summary>
    /// <param name="parent">The other's path, without links.</param>
    /// <param name="name">The folder's name.</param>
    public static string Below(string parent, string name)
    {
        var path = Path.Combine(parent, name);
        return Target(path) is { } target ? Of(target) : path;
    }

    /// <summary>What a link to a file or folder leads to in the end; null for what is none, also where it looks like one, such as a mounted volume.</summary>
    public static string? Target(string path) =>
        (File.GetAttributes(path) & FileAttributes.ReparsePoint) != 0 ? ResolveLinkTarget?.Invoke(path, true)?.FullName : null;
}
