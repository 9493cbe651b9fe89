namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>How often a value was found in each of many equal parts of its range.</summary>
/// <param name="Low">The lowest value, or 0.</param>
/// <param name="High">The highest value, or 0.</param>
/// <param name="Counts">How many were in each part, from the lowest on.</param>
internal sealed record ValueHistogram(double Low, double High, long[] Counts)
{
    /// <summary>Squared differences of all values from their levels, with each value in the middle of its part.</summary>
    public double Error(LevelGrid grid)
    {
        var (sum, width) = (0.0, (High - Low) / Counts.Length);
        for (var i = 0; i < Counts.Length; i++)
        {
            if (Counts[i] > 0)
            {
                var value = Low + ((i + 0.5) * width);
                var level = Math.Clamp(Math.Round(value / grid.Scale), grid.Low, grid.High);
                var difference = value - (level * grid.Scale);
                sum += Counts[i] * difference * difference;
            }
        }

        return sum;
    }
}
