using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Models;

/// <summary>Expands an item's <c>DataFiles</c>: paths and patterns (<c>*</c>, <c>?</c>, <c>**</c>), separated by semicolons.</summary>
internal static class DataFileList
{
    private static readonly char[] Wildcards = ['*', '?'];

    /// <summary>Finds the files.</summary>
    /// <param name="text">Paths and patterns.</param>
    /// <param name="projectDirectory">What they are relative to.</param>
    /// <param name="walk">Goes through the folders of patterns.</param>
    /// <returns>Each file once, in ordinal order of the names.</returns>
    /// <exception cref="AbsException">ABS2001: a path does not exist, or a pattern matches nothing.</exception>
    public static IReadOnlyList<InputFile> Expand(string text, string projectDirectory, DataFolderWalk walk) =>
    [
        .. text.Split(';')
            .Select(part => part.Trim())
            .Where(part => part.Length > 0)
            .SelectMany(part => part.IndexOfAny(Wildcards) < 0 ? Named(part, projectDirectory) : Matching(part, projectDirectory, walk))
            .GroupBy(file => file.Name, StringComparer.Ordinal)
            .Select(same => same.First())
            .OrderBy(file => file.Name, StringComparer.Ordinal),
    ];

    private static InputFile[] Named(string path, string projectDirectory)
    {
        var file = InputFile.At(path, projectDirectory);
        if (File.Exists(file.FullPath))
        {
            return [file];
        }

        throw Missing(Directory.Exists(file.FullPath)
            ? $"DataFiles: '{path}' is a folder; write '{path.TrimEnd('/', '\\')}/**' for all its files."
            : $"DataFiles: '{path}' does not exist in the project's folder; add the file, or correct the path.");
    }

    private static InputFile[] Matching(string pattern, string projectDirectory, DataFolderWalk walk)
    {
        var path = pattern.Replace('\\', '/');
        var start = path.LastIndexOf('/', path.IndexOfAny(Wildcards)) + 1;
        var root = Path.GetFullPath(Path.Combine(projectDirectory, path.Substring(0, start))).TrimEnd('/', '\\') + Path.DirectorySeparatorChar;
        var wanted = new DataPattern(path.Substring(start));
        InputFile[] files = Directory.Exists(root)
            ? [.. walk.FilesBelow(root)
                .Where(file => wanted.IsMatch(file.Substring(root.Length).Replace('\\', '/')))
                .Select(file => InputFile.At(file, projectDirectory))]
            : [];
        return files.Length > 0
            ? files
            : throw Missing($"DataFiles: '{pattern}' matches no file in the project's folder; add the files, or correct the pattern.");
    }

    private static AbsException Missing(string message) => new(AbsCodes.DataFileMissing, message);
}
