using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Models;

/// <summary>Where folders are once links are followed.</summary>
internal static class RealFolder
{
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
        return FileLink.Target(path) is { } target ? Of(target) : path;
    }
}
