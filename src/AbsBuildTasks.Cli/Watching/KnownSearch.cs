using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Watching;

/// <summary>A search that has a state: it runs, or it was interrupted.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Folder">Full path of the state's folder, <c>abs/checkpoints/&lt;model&gt;/&lt;search&gt;/</c>.</param>
internal sealed record KnownSearch(string Model, string Folder)
{
    // After that, the build itself says that it has no word from the search.
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    // They hold many folders, and no project's state.
    private static readonly string[] Skipped = [".git", "node_modules"];

    /// <summary>Whether it runs at this moment: then its process holds the folder.</summary>
    public bool IsRunning
    {
        get
        {
            if (!Directory.Exists(Folder))
            {
                return false;
            }

            try
            {
                using var taken = FolderLock.TryTake(Folder, TimeSpan.Zero);
                return taken is null;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Gone just now, or another user's.
                return false;
            }
        }
    }

    /// <summary>Whether a build has just begun it: until its process has loaded torch, nobody holds the folder, and only the build has told anything.</summary>
    public bool IsStarting
    {
        get
        {
            var file = new FileInfo(FollowedEvents.PathIn(Folder));
            return file.Exists && (DateTime.UtcNow - file.LastWriteTimeUtc).Duration() < LongestStart && new EventsReader(file.FullName).Read() is [SearchStarted];
        }
    }

    /// <summary>The searches of the projects in a folder, in ordinal order. Folders that vanish meanwhile, or must not be read, have none.</summary>
    /// <param name="folder">Projects are in it, at any depth.</param>
    /// <exception cref="AbsException">ABS4007: there is no such folder.</exception>
    public static IReadOnlyList<KnownSearch> In(string folder) => Directory.Exists(folder)
        ? [.. FoldersIn(Path.GetFullPath(folder))
            .Where(found => Path.GetFileName(found) == "checkpoints" && Path.GetFileName(Path.GetDirectoryName(found)) == "abs")
            .SelectMany(Children)
            .SelectMany(Children)
            .Select(state => new KnownSearch(Path.GetFileName(Path.GetDirectoryName(state))!, state))
            .OrderBy(search => search.Model, StringComparer.Ordinal)
            .ThenBy(search => search.Folder, StringComparer.Ordinal)]
        : throw new AbsException(AbsCodes.PlanNotFound, $"There is no folder '{Printable.Escape(folder)}'; give a project's folder, or one above it.");

    private static IEnumerable<string> FoldersIn(string folder) => Children(folder)
        .Where(child => !Skipped.Contains(Path.GetFileName(child), StringComparer.Ordinal))
        .SelectMany(child => FoldersIn(child).Prepend(child));

    private static string[] Children(string folder)
    {
        try
        {
            return [.. Directory.GetDirectories(folder).Where(child => !FileLink.Is(child))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
