using System.Text;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Workers;

/// <summary>The lines of a file that another machine is writing.</summary>
/// <remarks>It is opened anew for each look, as a network file system shows what others wrote to those who open.</remarks>
/// <param name="path">The file, which need not exist yet.</param>
internal sealed class GrowingFile(string path)
{
    // Of a line that is longer, the rest is a line of its own.
    private const int MostAtOnce = 1 << 20; // bytes

    private long _position;

    /// <summary>Reads what is there since the last look: lines that are whole.</summary>
    /// <param name="take">Told each line without its end.</param>
    /// <param name="isWhole">Whether nothing more will come: then a last line need not have an end.</param>
    public void Read(Action<string> take, bool isWhole)
    {
        try
        {
            while (Next(isWhole) is { } text)
            {
                OutputLines.Read(new StringReader(text), take);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not there yet, or not just now.
        }
    }

    private string? Next(bool isWhole)
    {
        OwnFolder.RequireNoLink(path);
        using var stream = OrdinaryFile.Open(path, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length <= _position)
        {
            return null;
        }

        stream.Position = _position;
        var buffer = new byte[Math.Min(stream.Length - _position, MostAtOnce)];
        var count = 0;
        for (int read; count < buffer.Length && (read = stream.Read(buffer, count, buffer.Length - count)) > 0;)
        {
            count += read;
        }

        var end = Array.LastIndexOf(buffer, (byte)'\n', Math.Max(count - 1, 0)) + 1;
        var taken = end > 0 ? end : isWhole || count == MostAtOnce ? count : 0;
        _position += taken;
        return taken > 0 ? Encoding.UTF8.GetString(buffer, 0, taken) : null;
    }
}
