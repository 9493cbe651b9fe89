namespace AbsBuildTasks.Search.Data;

/// <summary>Reads lines, but no more of one than a limit, so that a file without line breaks does not fill the memory.</summary>
internal sealed class LineReader(TextReader text)
{
    /// <summary>The most characters of a line.</summary>
    public const int MaxLength = 1 << 24;

    private char[] _buffer = new char[1 << 12];
    private int _start;
    private int _end;
    private int _length;

    /// <summary>The current line without its line break; valid until <see cref="Next"/>.</summary>
    public ReadOnlySpan<char> Line => _buffer.AsSpan(_start, _length).TrimEnd('\r');

    /// <summary>The current line's number, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Whether the current line is cut at <see cref="MaxLength"/>; there is no reading on behind it.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Goes to the next line.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Next()
    {
        // Behind the current line and its break.
        _start = Math.Min(Number == 0 ? 0 : _start + _length + 1, _end);
        Number++;
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf('\n');
            if (found >= 0)
            {
                _length = searched + found;
                return true;
            }

            searched = _end - _start;
            IsTooLong = searched >= MaxLength;
            if (IsTooLong || Fill() == 0)
            {
                _length = searched;
                return searched > 0;
            }
        }
    }

    private int Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        var read = text.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read;
    }
}
