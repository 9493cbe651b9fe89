using System.Text;

namespace AbsBuildTasks.Workers;

/// <summary>The lines that a process prints. Model code may print anything, and none of it may fill this process's memory.</summary>
internal static class OutputLines
{
    /// <summary>Characters of a line that are kept.</summary>
    public const int MaxLength = 1 << 16;

    private const int BufferLength = 4096;

    /// <summary>Reads to the end.</summary>
    /// <param name="reader">The output.</param>
    /// <param name="take">Told each line without its end; of a longer one than <see cref="MaxLength"/> the beginning and three dots.</param>
    /// <exception cref="IOException">The output cannot be read.</exception>
    public static void Read(TextReader reader, Action<string> take)
    {
        var buffer = new char[BufferLength];
        var line = new StringBuilder();
        var isCut = false;
        for (int count; (count = reader.Read(buffer, 0, BufferLength)) > 0;)
        {
            for (int start = 0, end; start < count; start = end + 1)
            {
                var found = Array.IndexOf(buffer, '\n', start, count - start);
                end = found >= 0 ? found : count;
                var room = Math.Min(end - start, MaxLength - line.Length);
                line.Append(buffer, start, room);
                isCut |= room < end - start;
                if (found >= 0)
                {
                    End();
                }
            }
        }

        if (line.Length > 0)
        {
            End();
        }

        void End()
        {
            take(isCut ? line + "..." : line.ToString().TrimEnd('\r'));
            line.Clear();
            isCut = false;
        }
    }
}
