using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Noise;

/// <summary>What searches came to that differ only in their seeds: how far chance alone moves a plan.</summary>
internal sealed record NoiseBand
{
    /// <summary>The fewest runs that say something of chance.</summary>
    public const int LeastRuns = 3;

    /// <summary>The most runs.</summary>
    public const int MostRuns = 100;

    /// <summary>Runs where nobody says another number.</summary>
    public const int UsualRuns = 10;

    /// <summary>The share of unchanged rebuilds that may leave the band by chance.</summary>
    public const double FalseAlarms = 0.01;

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The fingerprint of the model by its own seed.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The runs, the one by the model's own seed first. All have values of the same names.</summary>
    public required IReadOnlyList<NoiseRun> Runs { get; init; }

    /// <summary>What was measured, each over all runs.</summary>
    public IReadOnlyList<NoiseSpread> Spreads => [.. Runs[0].Values.Select((value, index) => new NoiseSpread(value.Key, [.. Runs.Select(run => run.Values[index].Value)]))];

    /// <summary>Whether the plan is one of those runs, or another of the same inputs.</summary>
    /// <param name="plan">The plan.</param>
    public bool IsOf(CompressionPlan plan) => plan.Fingerprint == Fingerprint;

    /// <summary>How far two plans, or means of several, may lie apart by chance.</summary>
    /// <remarks>
    /// Student's t for the difference of two means with one deviation, of a normal distribution; for single plans the prediction
    /// interval. The few false alarms are shared out equally among all values.
    /// </remarks>
    /// <param name="spread">What was measured.</param>
    /// <param name="before">How many runs the earlier value is the mean of.</param>
    /// <param name="again">The same value over the later plan's runs; null where the later value is a single plan's.</param>
    public double Margin(NoiseSpread spread, int before, NoiseSpread? again = null)
    {
        var degrees = spread.Degrees + (again?.Degrees ?? 0);
        var deviation = Math.Sqrt((spread.SquareSum + (again?.SquareSum ?? 0)) / degrees);
        return StudentT.Quantile(1 - (FalseAlarms / Runs[0].Values.Count), degrees) * deviation * Math.Sqrt((1.0 / before) + (1.0 / (again?.Values.Count ?? 1)));
    }
}
