using System.Text;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>The file in which programs that watch a build follow its searches.</summary>
/// <param name="path">Full path of the file; empty for none.</param>
internal sealed class EventsFile(string path)
{
    private const int Attempts = 20;
    private const int PauseMilliseconds = 5;

    /// <summary>Appends a line. Other builds may do so at the same moment, and a reader may look on.</summary>
    /// <remarks>A line that cannot be written is left out: no search fails for it.</remarks>
    public void Append(BuildEvent buildEvent)
    {
        if (path.Length == 0)
        {
            return;
        }

        var line = Encoding.ASCII.GetBytes(BuildEventJson.Write(buildEvent) + "\n");
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
