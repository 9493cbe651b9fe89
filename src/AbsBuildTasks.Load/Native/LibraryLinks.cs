using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Search.Native;

/// <summary>One folder of links to libraries that packages spread over several folders.</summary>
/// <remarks>
/// Torch's libraries look beside themselves for those they need, also for those they open as they run. Loading what they
/// need beforehand does not help: the loader knows libgomp by the name inside it, and torch asks for its file's name.
/// </remarks>
[SupportedOSPlatform("linux")]
internal static class LibraryLinks
{
    /// <summary>Makes the folder, unless it is there already as it should be, where nobody else can write.</summary>
    /// <param name="libraries">Full paths, with different file names.</param>
    /// <param name="parent">Receives the folder, which is named by the libraries' paths.</param>
    /// <returns>The folder's full path.</returns>
    /// <exception cref="AbsException">ABS1031: others can write to the folder, or to the one that receives it.</exception>
    public static string Create(IReadOnlyCollection<string> libraries, string parent)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', libraries))))[..16];
        var folder = Path.Combine(Path.GetFullPath(parent), $"links-{hash}");
        PrivateFolder.Create(Path.GetFullPath(parent));
        if (Path.Exists(folder))
        {
            PrivateFolder.Create(folder);
            if (Holds(folder, libraries))
            {
                return folder;
            }

            Directory.Delete(folder, recursive: true);
        }

        var unfinished = $"{folder}.{Guid.NewGuid():N}.tmp";
        PrivateFolder.Create(unfinished);
        foreach (var library in libraries)
        {
            _ = File.CreateSymbolicLink(Path.Combine(unfinished, Path.GetFileName(library)), library);
        }

        try
        {
            Directory.Move(unfinished, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // A process that started at the same moment was faster.
            Directory.Delete(unfinished, recursive: true);
            PrivateFolder.Create(folder);
        }

        return folder;
    }

    /// <summary>Whether a folder holds these links, and nothing else that torch might find there.</summary>
    private static bool Holds(string folder, IReadOnlyCollection<string> libraries) =>
        libraries.ToHashSet().SetEquals(new DirectoryInfo(folder).EnumerateFileSystemInfos().Select(entry => entry.LinkTarget is { } target && Path.GetFileName(target) == entry.Name ? target : ""));
}
