using System.Diagnostics;
using System.Globalization;
using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Git;

/// <summary>Reads the contents of files of commits, all by one process: <c>git cat-file --batch</c>.</summary>
/// <remarks>It is asked by hash. A path would be part of the conversation, and may have a line break in it.</remarks>
internal sealed class GitContents : IDisposable
{
    private const int LongestHeader = 200;

    private readonly Process _git;
    private readonly Task<string> _error;
    private readonly BufferedStream _output;

    /// <summary>Starts it.</summary>
    /// <param name="root">The repository.</param>
    /// <exception cref="AbsException">ABS4006: git cannot be started.</exception>
    public GitContents(string root)
    {
        _git = GitProcess.Start(root, "cat-file", "--batch");
        _error = _git.StandardError.ReadToEndAsync();
        _output = new BufferedStream(_git.StandardOutput.BaseStream, 1 << 16);
    }

    /// <summary>A file's content.</summary>
    /// <param name="file">The file.</param>
    /// <param name="most">Bytes that are read of a file at most.</param>
    /// <returns>The content, empty where it is no file's; null where it has more bytes.</returns>
    /// <exception cref="AbsException">ABS4006: git does not have it.</exception>
    public byte[]? Read(GitFile file, int most)
    {
        try
        {
            _git.StandardInput.Write(file.Id + "\n");
            _git.StandardInput.Flush();

            // Hash, type and length; or the hash, and that it is missing.
            if (Header().Split(' ') is not [var id, var type, var length] || id != file.Id || !long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
            {
                throw Missing(file);
            }

            var content = bytes <= most ? new byte[bytes] : null;
            Fill(content, bytes);
            return type == "blob" ? content : [];
        }
        catch (IOException exception)
        {
            throw new AbsException(AbsCodes.GitBaseUnavailable, $"git stopped before it had read '{Printable.Escape(file.Path)}' ({Printable.Escape(_error.Result.Split('\n')[0].Trim())}).", exception);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        try
        {
            // Nothing more to ask: git ends.
            _git.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended.
        }

        _output.Dispose();
        _git.WaitForExit();
        _git.Dispose();
    }

    private static AbsException Missing(GitFile file) =>
        new(AbsCodes.GitBaseUnavailable, $"git does not have the content of '{Printable.Escape(file.Path)}'; fetch the history first.");

    private string Header()
    {
        var header = new StringBuilder();
        for (int next; (next = _output.ReadByte()) != '\n' && header.Length < LongestHeader;)
        {
            header.Append(next >= 0 ? (char)next : throw new EndOfStreamException());
        }

        return header.ToString();
    }

    // And the line's end behind it.
    private void Fill(byte[]? content, long bytes)
    {
        if (content is not null)
        {
            ReadExactly(content, content.Length);
            bytes = 0;
        }

        var rest = new byte[Math.Min(bytes + 1, 1 << 16)];
        for (var left = bytes + 1; left > 0;)
        {
            var part = (int)Math.Min(rest.Length, left);
            ReadExactly(rest, part);
            left -= part;
        }
    }

    private void ReadExactly(byte[] buffer, int count)
    {
        for (var read = 0; read < count;)
        {
            read += _output.Read(buffer, read, count - read) is > 0 and var some ? some : throw new EndOfStreamException();
        }
    }
}
