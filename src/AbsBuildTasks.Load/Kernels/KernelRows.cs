namespace AbsBuildTasks.Search.Kernels;

/// <summary>How a kernel goes through values: in rows of one clipping interval each, and some rows at a time.</summary>
/// <remarks>Values that all have the same interval are in rows as well, as their sums would otherwise depend on the threads.</remarks>
/// <param name="Length">The number of values.</param>
/// <param name="RowLength">Values of a row; the last may be shorter.</param>
/// <param name="RowsOfPart">Rows of a part, which one thread takes.</param>
/// <param name="HasIntervals">Whether each row has its own interval.</param>
internal readonly record struct KernelRows(int Length, int RowLength, int RowsOfPart, bool HasIntervals)
{
    // Fits the second-level cache together with its result.
    private const int PartLength = 1 << 15;

    /// <summary>The number of rows.</summary>
    public int Count => (Length + RowLength - 1) / RowLength;

    /// <summary>The number of parts.</summary>
    public int Parts => (Count + RowsOfPart - 1) / RowsOfPart;

    /// <summary>Rows of values.</summary>
    /// <param name="length">The number of values.</param>
    /// <param name="intervals">One for all of them, or one for each of as many rows of equal length.</param>
    public static KernelRows Of(int length, int intervals)
    {
        var row = intervals > 1 ? Math.Max(1, length / intervals) : PartLength;
        return new(length, row, Math.Max(1, PartLength / row), intervals > 1);
    }

    /// <summary>The first row of a part.</summary>
    public int First(int part) => Math.Min(part * RowsOfPart, Count);

    /// <summary>The first value of a row.</summary>
    public int Start(int row) => Math.Min(row * RowLength, Length);

    /// <summary>The interval that a row has.</summary>
    public int IntervalOf(int row) => HasIntervals ? row : 0;

    /// <summary>The rows that have an interval: the first, and the one after the last.</summary>
    public (int First, int End) OfInterval(int interval) => HasIntervals ? (interval, interval + 1) : (0, Count);
}
