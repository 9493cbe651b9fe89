using System.IO.Compression;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Search.Data;

/// <summary>A file from outside, read from front to back; each failure names it and the offset.</summary>
/// <remarks>
/// Offsets and lengths are those of the content: of what a gzip file expands to. That length is found by expanding the
/// file once without keeping anything, so that sizes a header declares can be compared with it before memory is taken.
/// The same pass compares the checksum: the framework takes a gzip file that is cut short for a whole one, and leaves
/// the checksums of zip archives alone.
/// </remarks>
internal sealed class DataFile : IDisposable
{
    // What a file may expand to whatever its length, and how many times its length else. Tables of zeros and ones,
    // which hardly anything is more compressible than, come to some tens; a file that is made to fill memory, to a thousand.
    private const long AnyExpansion = 1L << 28;
    private const long MostExpansion = 100;

    private readonly Func<Stream> _open;
    private readonly ContentCheck? _check;
    private readonly long _packed;
    private Stream? _stream;
    private long? _length;

    /// <summary>Names content.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="open">Opens it at its start, again and again.</param>
    /// <param name="check">What it must be equal to, where it was compressed.</param>
    /// <param name="packed">Its length before it was expanded.</param>
    public DataFile(string name, Func<Stream> open, ContentCheck? check = null, long packed = 0)
    {
        _packed = packed;
        Name = name;
        _open = open;
        _check = check;
    }

    /// <summary>What messages call the file.</summary>
    public string Name { get; }

    /// <summary>The content's number of bytes.</summary>
    public long Length => _length ??= Guard(Measure);

    /// <summary>The number of bytes read.</summary>
    public long Position { get; private set; }

    /// <summary>The number of bytes still to be read.</summary>
    public long Remaining => Length - Position;

    /// <summary>The content from here on, for a reader of its own; its exceptions go through <see cref="Guard"/>.</summary>
    public Stream Stream
    {
        get
        {
            if (_stream is null)
            {
                // The length is known only of content that has passed its check.
                _ = Length;
                _stream = Guard(_open);
            }

            return _stream;
        }
    }

    /// <summary>Opens a file, through gzip where it is compressed.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="name">What messages call it. Default: its name without folders.</param>
    /// <exception cref="AbsException">ABS2001: no such file. ABS2005: named <c>.gz</c>, but not gzip.</exception>
    public static DataFile Open(string path, string? name = null)
    {
        name ??= Path.GetFileName(path);
        if (!File.Exists(path))
        {
            throw new AbsException(AbsCodes.DataFileMissing, $"Data file '{name}' does not exist; add it, or correct the path the model reads.");
        }

        var file = new DataFile(name, () => OrdinaryFile.Open(path));
        if (file.Guard(() => ContentCheck.OfGzip(path)) is { } check)
        {
            return new DataFile(name, () => new GZipStream(OrdinaryFile.Open(path), CompressionMode.Decompress), check, OrdinaryFile.Length(path));
        }

        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? throw file.Invalid(0, "this is not gzip, as the file's name says", "fetch the file again, or rename it")
            : file;
    }

    /// <summary>Fills a buffer with the next bytes.</summary>
    /// <exception cref="AbsException">ABS2005: the file ends before.</exception>
    public void Read(Span<byte> buffer)
    {
        if (buffer.Length > Remaining)
        {
            throw Truncated(buffer.Length);
        }

        try
        {
            Stream.ReadExactly(buffer);
        }
        catch (Exception exception) when (Failure(exception) is { } failure)
        {
            throw failure;
        }

        Position += buffer.Length;
    }

    /// <summary>The failure of a file that ends too early.</summary>
    /// <param name="needed">The number of bytes that should follow.</param>
    public AbsException Truncated(Int128 needed) =>
        Invalid(Position, $"{needed} bytes should follow, but the file ends after {Remaining}", "it is cut short or its header is damaged; fetch it again");

    /// <summary>A failure of the file's content.</summary>
    /// <param name="offset">Where, in bytes from the content's start.</param>
    /// <param name="problem">What is wrong there.</param>
    /// <param name="advice">What to do.</param>
    public AbsException Invalid(long offset, string problem, string advice) =>
        new(AbsCodes.InvalidData, $"'{Name}', offset {offset}: {problem}; {advice}.");

    /// <summary>Does work on the file, and turns the failures of streams into ours.</summary>
    /// <exception cref="AbsException">ABS2005: damaged. ABS1008: not readable.</exception>
    public T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (Failure(exception) is { } failure)
        {
            throw failure;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _stream?.Dispose();

    private long Measure()
    {
        using var stream = _open();
        if (_check is null)
        {
            return stream.Length;
        }

        var most = Math.Max(AnyExpansion, _packed > long.MaxValue / MostExpansion ? long.MaxValue : MostExpansion * _packed);
        var found = ContentCheck.Of(stream, most, out var length);
        if (length > most)
        {
            throw Invalid(most, FormattableString.Invariant($"the compressed content goes on after {most} bytes, more than {MostExpansion} times what it takes in the file"), "where you trust the file, expand it and give the expanded one");
        }

        return found == _check ? length : throw new InvalidDataException("the checksum is another");
    }

    private AbsException? Failure(Exception exception) => exception switch
    {
        InvalidDataException or EndOfStreamException => new AbsException(
            AbsCodes.InvalidData,
            $"'{Name}', offset {Position} or after: the compressed content is damaged or cut short ({exception.Message.ReplaceLineEndings(" ")}); fetch the file again.",
            exception),
        IOException or UnauthorizedAccessException => new AbsException(
            AbsCodes.FileAccess,
            $"Data file '{Name}' cannot be read ({exception.Message.ReplaceLineEndings(" ")}); close what holds it, or correct its permissions.",
            exception),
        _ => null,
    };
}
