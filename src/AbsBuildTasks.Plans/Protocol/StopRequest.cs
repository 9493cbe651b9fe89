using System.Text;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>
/// A wish that a running search ends: a file in the folder of its state, where the search looks between steps. Who can
/// write there could damage the state as well, so nobody gains anything by it.
/// </summary>
internal static class StopRequest
{
    private const string FileName = "stop";
    private const string Keep = "keep\n";
    private const string Leave = "leave\n";

    /// <summary>Asks the search that keeps its state in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="keeps">Whether it is to end with a plan of what it has; otherwise it leaves its state for the next build.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written.</exception>
    public static void Write(string folder, bool keeps) => AtomicFile.Write(PathIn(folder), Encoding.ASCII.GetBytes(keeps ? Keep : Leave));

    /// <summary>Whether there is a request in a folder.</summary>
    public static bool IsIn(string folder) => File.Exists(PathIn(folder));

    /// <summary>Reads the request in a folder.</summary>
    /// <returns>Whether the search is to end with a plan; null for what is no request.</returns>
    /// <exception cref="IOException">It cannot be read, or is a link.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static bool? Read(string folder)
    {
        OwnFolder.RequireNoLink(PathIn(folder));
        return OrdinaryFile.ReadTextAtMost(PathIn(folder), Leave.Length) switch
        {
            Keep => true,
            Leave => false,
            _ => null,
        };
    }

    /// <summary>Removes the request in a folder, if there is one.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be removed.</exception>
    public static void Remove(string folder) => File.Delete(PathIn(folder));

    /// <summary>The request in a folder, whether there is one or not.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, FileName);
}
