using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Watching;

/// <summary>A search that has a state: it runs, or it was interrupted.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Folder">Full path of the state's folder, <c>abs/checkpoints/&lt;model&gt;/&lt;search&gt;/</c>.</param>
internal sealed record KnownSearch(string Model, string Folder)
{
    /// <summary>Whether it runs at this moment: then its process holds the folder.</summary>
    public bool IsRunning
    {
        get
        {
            if (!Directory.Exists(Folder))
            {
                return false;
            }

            using var taken = FolderLock.TryTake(Folder, TimeSpan.Zero);
            return taken is null;
        }
    }

    /// <summary>The searches of the projects in a folder, in ordinal order.</summary>
    /// <param name="folder">Projects are in it, at any depth.</param>
    /// <exception cref="AbsException">ABS4007: there is no such folder.</exception>
    /// <exception cref="IOException">A folder cannot be read.</exception>
    public static IReadOnlyList<KnownSearch> In(string folder) => Directory.Exists(folder)
        ? [.. OwnFolder.FoldersIn(Path.GetFullPath(folder))
            .Where(found => Path.GetFileName(found) == "checkpoints" && Path.GetFileName(Path.GetDirectoryName(found)) == "abs")
            .SelectMany(Directory.GetDirectories)
            .SelectMany(Directory.GetDirectories)
            .Select(state => new KnownSearch(Path.GetFileName(Path.GetDirectoryName(state))!, state))
            .OrderBy(search => search.Model, StringComparer.Ordinal)
            .ThenBy(search => search.Folder, StringComparer.Ordinal)]
        : throw new AbsException(AbsCodes.PlanNotFound, $"There is no folder '{Printable.Escape(folder)}'; give a project's folder, or one above it.");
}
