namespace AbsBuildTasks.Models;

/// <summary>A file that a plan depends on.</summary>
/// <param name="Name">
/// Its path from the project's folder, with forward slashes: the same on every machine. The full path where the two share no folder.
/// </param>
/// <param name="FullPath">Where it is on this one.</param>
internal sealed record InputFile(string Name, string FullPath)
{
    /// <summary>The file at a path that is absolute or relative to the project's folder.</summary>
    public static InputFile At(string path, string projectDirectory)
    {
        var full = Path.GetFullPath(Path.Combine(projectDirectory, path.Replace('\\', '/')));
        return new InputFile(NameOf(full, projectDirectory), full);
    }

    private static string NameOf(string fullPath, string projectDirectory)
    {
        var file = Segments(fullPath);
        var folder = Segments(projectDirectory);
        var shared = file.Zip(folder, (left, right) => left == right).TakeWhile(same => same).Count();

        // Nothing but the root is shared: a way up to it would tell how deep the project lies, and another drive has no relative path.
        var isElsewhere = shared < folder.Length && shared <= Segments(Path.GetPathRoot(fullPath)!).Length;
        return isElsewhere ? string.Join("/", file) : string.Join("/", Enumerable.Repeat("..", folder.Length - shared).Concat(file.Skip(shared)));
    }

    private static string[] Segments(string path) => path.Replace('\\', '/').TrimEnd('/').Split('/');
}
