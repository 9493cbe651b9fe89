using System.Text;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>The files in which programs that watch a build follow its searches.</summary>
/// <param name="paths">Full paths of the files, each for a program of its own.</param>
internal sealed class EventsFile(params IReadOnlyList<string> paths)
{
    private const int Attempts = 20;
    private const int PauseMilliseconds = 5;

    /// <summary>These files, and the one of a search that keeps its state in a folder; it begins anew.</summary>
    /// <param name="folder">The folder; made where missing. Where that cannot be, nobody can follow the search, and it runs all the same.</param>
    public EventsFile WithFollowed(string folder)
    {
        var file = FollowedEvents.PathIn(folder);
        try
        {
            Directory.CreateDirectory(folder);
            File.Delete(file);
            return new([.. paths, file]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return this;
        }
    }

    /// <summary>Appends a line to each. Other builds may do so at the same moment, and a reader may look on.</summary>
    /// <remarks>A line that cannot be written is left out: no search fails for it.</remarks>
    public void Append(BuildEvent buildEvent)
    {
        var line = Encoding.ASCII.GetBytes(BuildEventJson.Write(buildEvent) + "\n");
        foreach (var path in paths)
        {
            Append(path, line);
        }
    }

    private static void Append(string path, byte[] line)
    {
        // Who can commit can put a link in the file's place.
        if (FileLink.Is(path))
        {
            return;
        }

        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            try
            {
                // Not shared: two writers at once would write over each other.
                using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None);
                stream.Write(line, 0, line.Length);
                return;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Thread.Sleep(PauseMilliseconds);
            }
        }
    }
}
