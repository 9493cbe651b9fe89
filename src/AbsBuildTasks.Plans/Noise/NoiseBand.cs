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
}
