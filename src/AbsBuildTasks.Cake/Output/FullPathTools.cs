namespace AbsBuildTasks.Cake.Output;

/// <summary>Cake's tools, of which those count that have a full path.</summary>
/// <param name="tools">Cake's own.</param>
/// <param name="fileSystem">The file system.</param>
/// <param name="environment">The environment.</param>
/// <remarks>
/// Cake also looks into entries of PATH that depend on the current folder, and .NET then starts a program of that folder:
/// what a checkout brings under the name of a tool must not run instead of the tool.
/// </remarks>
internal sealed class FullPathTools(IToolLocator tools, IFileSystem fileSystem, ICakeEnvironment environment) : IToolLocator
{
    /// <inheritdoc/>
    public void RegisterFile(FilePath path) => tools.RegisterFile(path);

    /// <inheritdoc/>
    public FilePath? Resolve(string tool) => tools.Resolve(tool) is { } found ? FullPathOf(found, [tool]) : null;

    /// <inheritdoc/>
    public FilePath? Resolve(IEnumerable<string> toolExeNames)
    {
        string[] names = [.. toolExeNames];
        return tools.Resolve(names) is { } found ? FullPathOf(found, names) : null;
    }

    private FilePath? FullPathOf(FilePath found, string[] names) => found.IsRelative
        ? Folders().SelectMany(folder => names.Select(name => folder.CombineWithFilePath(name))).FirstOrDefault(file => fileSystem.GetFile(file).Exists)
        : found;

    private IEnumerable<DirectoryPath> Folders() => (environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => new DirectoryPath(entry.Trim('"', ' ')))
        .Where(folder => !folder.IsRelative);
}
