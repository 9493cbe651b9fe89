namespace AbsBuildTasks.Models;

/// <summary>A file that a plan depends on.</summary>
/// <param name="Name">Its path from the project's folder, with forward slashes: the same on every machine.</param>
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

        // Nothing shared: another drive, which has no relative path.
        return shared == 0 ? string.Join("/", file) : string.Join("/", Enumerable.Repeat("..", folder.Length - shared).Concat(file.Skip(shared)));
    }

    private static string[] Segments(string path) => path.Replace('\\', '/').TrimEnd('/').Split('/');
}
