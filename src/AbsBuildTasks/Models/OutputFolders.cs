namespace AbsBuildTasks.Models;

/// <summary>Folders of a project that builds write to: what is in them is no input, as each build would change it.</summary>
/// <param name="projectDirectory">What the folders are relative to.</param>
/// <param name="folders">The folders; an empty one is none.</param>
/// <param name="comparison">How paths compare.</param>
internal sealed class OutputFolders(string projectDirectory, IEnumerable<string> folders, StringComparison comparison)
{
    private readonly string[] _folders = [.. folders.Where(folder => folder.Trim().Length > 0).Select(folder => FullPath(Path.Combine(projectDirectory, folder.Trim().Replace('\\', '/'))))];

    /// <summary>The same, where paths compare as the system compares them: on Windows without case.</summary>
    public OutputFolders(string projectDirectory, IEnumerable<string> folders)
        : this(projectDirectory, folders, Path.DirectorySeparatorChar == '\\' ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)
    {
    }

    /// <summary>Whether a folder is one of them.</summary>
    public bool Has(string folder) => FullPath(folder) is var path && Array.Exists(_folders, each => each.Equals(path, comparison));

    /// <summary>Whether one of them has a file, in itself or below.</summary>
    /// <param name="file">Its full path.</param>
    public bool Hold(string file) => Array.Exists(_folders, folder => file.StartsWith(folder + Path.DirectorySeparatorChar, comparison));

    private static string FullPath(string folder) => Path.GetFullPath(folder).TrimEnd('/', '\\');
}
