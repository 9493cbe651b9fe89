using System.Text;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Cli.Watching;

/// <summary>Reads a file of events while a build is appending to it.</summary>
/// <param name="path">The file, which need not exist yet.</param>
internal sealed class EventsReader(string path)
{
    private long _position;
    private string _rest = "";

    /// <summary>The events since the last call; none where the file is just being written.</summary>
    public IReadOnlyList<BuildEvent> Read()
    {
        string text;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length < _position)
            {
                // A search that begins anew writes the file anew.
                (_position, _rest) = (0, "");
            }

            stream.Position = _position;
            using var reader = new StreamReader(stream, Encoding.ASCII, detectEncodingFromByteOrderMarks: false);
            text = reader.ReadToEnd();
            _position += text.Length;
        }
        catch (IOException)
        {
            return [];
        }

        // What follows the last line's end is a line that is not whole yet.
        var lines = (_rest + text).Split('\n');
        _rest = lines[^1];
        return [.. lines[..^1].Select(line => BuildEventJson.TryRead(line, out var read) ? read : null).OfType<BuildEvent>()];
    }
}
