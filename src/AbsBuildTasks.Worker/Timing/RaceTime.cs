namespace AbsBuildTasks.Worker.Timing;

/// <summary>How long something takes.</summary>
/// <param name="Median">Nanoseconds, the median of some rounds.</param>
/// <param name="Noise">How far chance may have moved the median, in nanoseconds.</param>
internal readonly record struct RaceTime(double Median, double Noise)
{
    /// <summary>Sums up rounds: the noise is half the distance of the quartiles, over the root of their number.</summary>
    public static RaceTime Of(double[] rounds)
    {
        double[] sorted = [.. rounds.Order()];
        return new(Quantile(sorted, 0.5), (Quantile(sorted, 0.75) - Quantile(sorted, 0.25)) / 2 / Math.Sqrt(sorted.Length));
    }

    private static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var (low, rest) = ((int)place, place - (int)place);
        return rest > 0 ? sorted[low] + (rest * (sorted[low + 1] - sorted[low])) : sorted[low];
    }
}
