using System.Security.Cryptography;
using System.Text;

namespace AbsBuildTasks.Search.Native;

/// <summary>One folder of links to libraries that packages spread over several folders.</summary>
/// <remarks>
/// Torch's libraries look beside themselves for those they need, also for those they open as they run. Loading what they
/// need beforehand does not help: the loader knows libgomp by the name inside it, and torch asks for its file's name.
/// </remarks>
internal static class LibraryLinks
{
    /// <summary>Makes the folder, unless it is there already.</summary>
    /// <param name="libraries">Full paths, with different file names.</param>
    /// <param name="parent">Receives the folder, which is named by the libraries' paths.</param>
    /// <returns>The folder's full path.</returns>
    public static string Create(IReadOnlyCollection<string> libraries, string parent)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', libraries))))[..16];
        var folder = Path.Combine(Path.GetFullPath(parent), $"links-{hash}");
        if (Directory.Exists(folder))
        {
            return folder;
        }

        var unfinished = Directory.CreateDirectory($"{folder}.{Guid.NewGuid():N}.tmp").FullName;
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
        }

        return folder;
    }
}
