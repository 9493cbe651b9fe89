using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Models;

/// <summary>Finds files for patterns, without going into folders that builds write to, or whose names start with a dot.</summary>
/// <remarks>
/// A build's own files would make every build's plan out of date; <c>.git</c> is as far from being data. No folder is gone
/// through twice, as links that lead to each other would have no end, or one that takes years.
/// </remarks>
/// <param name="projectDirectory">What the folders are relative to.</param>
/// <param name="outputFolders">Folders that builds write to.</param>
internal sealed class DataFolderWalk(string projectDirectory, IEnumerable<string> outputFolders)
{
    private readonly OutputFolders _outputFolders = new(projectDirectory, outputFolders);

    private readonly List<string> _visited = [];

    /// <summary>The folders looked into so far: where one has another file, it has another time.</summary>
    public IReadOnlyList<string> Visited => _visited;

    /// <summary>All files in a folder and below; the folder itself may be any.</summary>
    public IEnumerable<string> FilesBelow(string folder) => RealFolder.Below(folder, IsData).SelectMany(Files);

    private IEnumerable<string> Files(string folder)
    {
        _visited.Add(Path.GetFullPath(folder).TrimEnd('/', '\\'));
        return Directory.EnumerateFiles(folder);
    }

    private bool IsData(string folder) => !Path.GetFileName(folder).StartsWith(".", StringComparison.Ordinal) && !_outputFolders.Has(folder);
}
