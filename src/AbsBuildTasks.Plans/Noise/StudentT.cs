namespace AbsBuildTasks.Plans.Noise;

/// <summary>Student's t distribution: how far a mean of few values may be off.</summary>
internal static class StudentT
{
    private const int Halvings = 200;

    /// <summary>The value that a share of all values is below.</summary>
    /// <param name="share">The share, from 0.5, below 1.</param>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    public static double Quantile(double share, int degrees)
    {
        var (low, high) = (0.0, 1.0);
        while (Share(high, degrees) < share)
        {
            high *= 2;
        }

        for (var i = 0; i < Halvings && low < high; i++)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = Share(middle, degrees) < share ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>The share of all values that are below one.</summary>
    /// <remarks>Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4: finite sums, as the degrees are whole.</remarks>
    /// <param name="t">The value, at least 0.</param>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    public static double Share(double t, int degrees)
    {
        var angle = Math.Atan(t / Math.Sqrt(degrees));
        var (sine, cosine) = (Math.Sin(angle), Math.Cos(angle));
        var isOdd = degrees % 2 == 1;
        var (term, sum) = (isOdd ? cosine : 1, 0.0);
        for (var i = isOdd ? 1 : 0; i <= degrees - 2; i += 2)
        {
            sum += term;
            term *= cosine * cosine * (i + 1) / (i + 2);
        }

        var within = isOdd ? 2 / Math.PI * (angle + (sine * sum)) : sine * sum;
        return (1 + within) / 2;
    }
}
