namespace AbsBuildTasks.Models;

/// <summary>Finds files for patterns, without going into folders that builds write to, or whose names start with a dot.</summary>
/// <remarks>
/// A build's own files would make every build's plan out of date; <c>.git</c> is as far from being data. A link that leads
/// back to a folder that it is in would have no end.
/// </remarks>
/// <param name="projectDirectory">What the folders are relative to.</param>
/// <param name="outputFolders">Folders that builds write to.</param>
internal sealed class DataFolderWalk(string projectDirectory, IEnumerable<string> outputFolders)
{
    private readonly HashSet<string> _outputFolders = new(
        outputFolders.Where(folder => folder.Trim().Length > 0).Select(folder => FullPath(Path.Combine(projectDirectory, folder.Trim().Replace('\\', '/')))),
        Path.DirectorySeparatorChar == '\\' ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    private readonly List<string> _visited = [];

    /// <summary>The folders looked into so far: where one has another file, it has another time.</summary>
    public IReadOnlyList<string> Visited => _visited;

    /// <summary>All files in a folder and below; the folder itself may be any.</summary>
    public IEnumerable<string> FilesBelow(string folder) => FilesBelow(folder, [RealFolder.Of(folder)]);

    /// <param name="folder">The folder.</param>
    /// <param name="way">The folders that led to it, itself the last, without links in their paths.</param>
    private IEnumerable<string> FilesBelow(string folder, string[] way)
    {
        _visited.Add(FullPath(folder));
        return Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder)
                .Where(child => !Path.GetFileName(child).StartsWith(".", StringComparison.Ordinal) && !_outputFolders.Contains(FullPath(child)))
                .Select(child => (Path: child, Real: RealFolder.Below(way[way.Length - 1], Path.GetFileName(child))))
                .Where(child => !Array.Exists(way, passed => IsIn(passed, child.Real)))
                .SelectMany(child => FilesBelow(child.Path, [.. way, child.Real])));
    }

    private static bool IsIn(string folder, string other) =>
        folder == other || folder.StartsWith(other + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string FullPath(string folder) => Path.GetFullPath(folder).TrimEnd('/', '\\');
}
