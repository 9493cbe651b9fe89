namespace AbsBuildTasks.Plans.Noise;

/// <summary>One value over all runs.</summary>
/// <param name="Name">Its name: that of its tolerance.</param>
/// <param name="Values">The values, one a run.</param>
internal sealed record NoiseSpread(string Name, IReadOnlyList<double> Values)
{
    /// <summary>The mean.</summary>
    public double Mean => Values.Average();

    /// <summary>How many values differ from the mean of their own accord.</summary>
    public int Degrees => Values.Count - 1;

    /// <summary>The sum of the squared distances from the mean; exactly 0 where all values are equal.</summary>
    public double SquareSum => Values.All(value => value.Equals(Values[0])) ? 0 : Values.Sum(value => (value - Mean) * (value - Mean));
}
