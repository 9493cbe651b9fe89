using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Watching;

/// <summary>Finds the searches that run for the projects of a folder, by the folders in which they keep their state: <c>abs/checkpoints/&lt;model&gt;/&lt;search&gt;/</c>.</summary>
internal static class RunningSearches
{
    /// <summary>The state's folder of each search that runs, with the model's name.</summary>
    /// <param name="folder">Projects are in it, at any depth.</param>
    /// <exception cref="AbsException">ABS4007: there is no such folder.</exception>
    /// <exception cref="IOException">A folder cannot be read.</exception>
    public static IReadOnlyList<(string Model, string Folder)> Of(string folder) => Directory.Exists(folder)
        ? [.. OwnFolder.FoldersIn(Path.GetFullPath(folder))
            .Where(found => Path.GetFileName(found) == "checkpoints" && Path.GetFileName(Path.GetDirectoryName(found)) == "abs")
            .SelectMany(Directory.GetDirectories)
            .SelectMany(Directory.GetDirectories)
            .Where(IsHeld)
            .Select(state => (Path.GetFileName(Path.GetDirectoryName(state))!, state))
            .Order()]
        : throw new AbsException(AbsCodes.PlanNotFound, $"There is no folder '{Printable.Escape(folder)}'; give a project's folder, or one above it.");

    private static bool IsHeld(string folder)
    {
        using var taken = FolderLock.TryTake(folder, TimeSpan.Zero);
        return taken is null;
    }
}
