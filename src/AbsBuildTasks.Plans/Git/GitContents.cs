using System.Diagnostics;
using System.Globalization;
using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Git;

/// <summary>Reads the contents of files of commits, all by one process: <c>git cat-file --batch</c>.</summary>
/// <remarks>It is asked by hash, or by commit and path. A line break in a path would end the question: by such a path it is not asked.</remarks>
internal sealed class GitContents : IDisposable
{
    private const int LongestHeader = 200;

    private readonly GitRepository _repository;
    private readonly Process _git;
    private readonly Task<string> _error;
    private readonly BufferedStream _output;

    /// <summary>Starts it.</summary>
    /// <param name="repository">The repository.</param>
    /// <exception cref="AbsException">ABS4006: git cannot be started.</exception>
    public GitContents(GitRepository repository)
    {
        _repository = repository;
        _git = GitProcess.Start(repository.Root, "cat-file", "--batch");
        _error = _git.StandardError.ReadToEndAsync();
        _output = new BufferedStream(_git.StandardOutput.BaseStream, 1 << 16);
    }

    /// <summary>A file's content.</summary>
    /// <param name="file">The file.</param>
    /// <param name="most">Bytes that are read of a file at most.</param>
    /// <returns>The content, empty where it is no file's; null where it has more bytes.</returns>
    /// <exception cref="AbsException">ABS4006: git does not have it.</exception>
    public byte[]? Read(GitFile file, int most) => Ask(file.Id, file.Path, most, out var content) == file.Id
        ? content
        : throw new AbsException(AbsCodes.GitBaseUnavailable, $"git does not have the content of '{Printable.Escape(file.Path)}'; fetch the history first.");

    /// <summary>The content of a file of a commit.</summary>
    /// <param name="commit">The commit's hash.</param>
    /// <param name="path">The file's path below the root.</param>
    /// <param name="most">Bytes that are read of a file at most.</param>
    /// <param name="content">As <see cref="Read"/> gives it.</param>
    /// <returns>Whether the commit has the file.</returns>
    /// <exception cref="AbsException">ABS4006: the commit has it, and git does not have its content.</exception>
    public bool TryRead(string commit, string path, int most, out byte[]? content)
    {
        content = null;
        if (path.IndexOf('\n') < 0 && Ask($"{commit}:{path}", path, most, out content) is not null)
        {
            return true;
        }

        // What is missing may be so in the commit, or in this clone alone.
        if (_repository.File(commit, path) is not { } file)
        {
            return false;
        }

        content = Read(file, most);
        return true;
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

    /// <summary>Asks for an object by its name.</summary>
    /// <returns>Its hash; null where git does not have it.</returns>
    private string? Ask(string name, string path, int most, out byte[]? content)
    {
        content = null;
        try
        {
            var question = Encoding.UTF8.GetBytes(name + "\n");
            _git.StandardInput.BaseStream.Write(question, 0, question.Length);
            _git.StandardInput.BaseStream.Flush();

            // Hash, type and length; or the name, and that it is missing.
            if (Header(LongestHeader + question.Length).Split(' ') is not [var id, var type, var length] || !long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
            {
                return null;
            }

            content = bytes <= most ? new byte[bytes] : null;
            Fill(content, bytes);
            content = type == "blob" ? content : [];
            return id;
        }
        catch (IOException exception)
        {
            throw new AbsException(AbsCodes.GitBaseUnavailable, $"git stopped before it had read '{Printable.Escape(path)}' ({Printable.Escape(_error.Result.Split('\n')[0].Trim())}).", exception);
        }
    }

    private string Header(int longest)
    {
        var header = new StringBuilder();
        for (int next; (next = _output.ReadByte()) != '\n' && header.Length < longest;)
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
