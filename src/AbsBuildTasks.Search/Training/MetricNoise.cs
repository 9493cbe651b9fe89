namespace AbsBuildTasks.Search.Training;

/// <summary>
/// How far a metric lies from that of other test examples of the same kind, in 95 of 100 cases: half the width of the
/// interval around it.
/// </summary>
internal static class MetricNoise
{
    /// <summary>The normal distribution has 95 % of its mass within so many standard deviations.</summary>
    public const double Z = 1.959963984540054;

    private const int Resamples = 1000;

    // Of more values, neighbours are taken together: resampling a million would take longer than it tells.
    private const int MostValues = 20_000;

    /// <summary>Half the width of Wilson's interval of a share (Wilson, 1927).</summary>
    /// <param name="share">The share, 0 to 1.</param>
    /// <param name="count">Of how many.</param>
    public static double Wilson(double share, int count) =>
        Z / (1 + (Z * Z / count)) * Math.Sqrt((share * (1 - share) / count) + (Z * Z / (4.0 * count * count)));

    /// <summary>Half the width of the interval that the mean of values drawn from these, with repetition, stays in.</summary>
    /// <param name="values">The values, with the weight of each.</param>
    public static double Bootstrap(IReadOnlyList<(double Value, double Weight)> values)
    {
        if (values.Count > MostValues)
        {
            var joined = values.Chunk(((values.Count - 1) / MostValues) + 1);
            values = [.. joined.Select(part => (part.Sum(value => value.Value * value.Weight) / part.Sum(value => value.Weight), part.Sum(value => value.Weight)))];
        }

        // The same values give the same noise: it stands in the plan.
        var random = new Random(1);
        var means = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            var (sum, weights) = (0.0, 0.0);
            for (var k = 0; k < values.Count; k++)
            {
                var (value, weight) = values[random.Next(values.Count)];
                sum += value * weight;
                weights += weight;
            }

            means[i] = sum / weights;
        }

        Array.Sort(means);
        return (means[(int)(0.975 * Resamples) - 1] - means[(int)(0.025 * Resamples)]) / 2;
    }
}
