namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>Chooses the bytes on which a value lies best.</summary>
internal static class GridChoice
{
    // Of the whole range, from all of it down to what clips a lot.
    private const int Steps = 40;
    private const double Step = 0.02;

    // Where a reader rounds again, both errors add up: one of twice the size, but common to both, is no worse.
    private const double SharedError = 2;

    // Of a reader's level: with an odd number, what both round to is what the reader alone would round to.
    private static readonly int[] Parts = [3, 5, 7, 9, 11, 13, 15, 17];

    /// <summary>Chooses.</summary>
    /// <param name="values">The values.</param>
    /// <param name="readers">Levels on which they are put further on: to share them saves a step, and rounding twice.</param>
    public static LevelGrid Of(ValueHistogram values, IReadOnlyList<LevelGrid> readers)
    {
        var own = Enumerable.Range(0, Steps).Select(step => Range(values, 1 - (step * Step))).MinBy(values.Error);
        var most = SharedError * values.Error(own);
        return Within(readers) ?? Within(readers.SelectMany(reader => Parts.Select(parts => Nested(values, reader.Scale / parts, own)))) ?? own;

        LevelGrid? Within(IEnumerable<LevelGrid> grids) => grids.OrderBy(values.Error).Cast<LevelGrid?>().FirstOrDefault() is { } best && values.Error(best) <= most ? best : null;
    }

    private static LevelGrid Range(ValueHistogram values, double share)
    {
        var (low, high) = (share * values.Low, share * values.High);
        var scale = (float)((high - low) / byte.MaxValue);
        return scale > 0 ? LevelGrid.Bytes(scale, (byte)Math.Clamp(Math.Round(-low / scale), 0, byte.MaxValue)) : LevelGrid.Bytes(1, 0);
    }

    /// <summary>Bytes of another scale, with about as much of their range below zero.</summary>
    private static LevelGrid Nested(ValueHistogram values, float scale, LevelGrid own) =>
        LevelGrid.Bytes(scale, (byte)(values.Low >= 0 ? 0 : Math.Clamp(Math.Round(-own.Low * own.Scale / scale), 0, byte.MaxValue)));
}
