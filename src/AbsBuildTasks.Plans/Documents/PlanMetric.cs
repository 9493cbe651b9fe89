using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>The network's quality on its test data.</summary>
public sealed record PlanMetric
{
    /// <summary>What is measured, for example <c>top-1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The full-precision network's value, in the metric's points; rounded to 4 decimals, or 6 digits where those are more.</summary>
    public required double FullPrecision { get; init => field = PlanNumber.RoundMetric(value); }

    /// <summary>The compressed network's value, in the metric's points; rounded to 4 decimals, or 6 digits where those are more.</summary>
    public required double Compressed { get; init => field = PlanNumber.RoundMetric(value); }

    /// <summary>Whether it is an error: the lower, the better.</summary>
    public bool LowerIsBetter { get; init; }

    /// <summary>What the full-precision network had learned; null in plans of versions that did not tell.</summary>
    public BaselineKind? Baseline { get; init; }

    /// <summary>How many test examples it was measured on; null in plans of versions that did not tell.</summary>
    public int? Examples { get; init; }

    /// <summary>
    /// Half the width of the 95 % interval around the compressed network's value, in its points, rounded likewise: as
    /// far as other test examples of the same kind would change it. Null where that is not known.
    /// </summary>
    public double? Noise { get; init => field = value is { } noise ? PlanNumber.RoundMetric(noise) : null; }

    /// <summary>The metric without its values.</summary>
    internal PlanMetric Unmeasured => this with { FullPrecision = 0, Compressed = 0, Noise = null };

    /// <summary>How much worse the compressed network is, in points; negative where it is better.</summary>
    internal double Lost => -Gained(FullPrecision, Compressed);

    /// <summary>How much better a value is than another one, in points.</summary>
    /// <param name="before">The other one.</param>
    /// <param name="after">The value.</param>
    internal double Gained(double before, double after) => LowerIsBetter ? before - after : after - before;

    /// <summary>Whether a change of a metric is no larger than its noise, which that of the value before is.</summary>
    /// <param name="before">The earlier metric.</param>
    /// <param name="after">The later one.</param>
    /// <param name="difference">The change.</param>
    internal static bool IsNoise(PlanMetric before, PlanMetric after, double difference) =>
        NoiseOf(before, after) is { } noise && Math.Abs(difference) <= noise + (Math.Abs(before.Compressed) * PlanNumber.RoundingError);

    /// <summary>The noise that a change from one metric to another is judged by: the earlier one's, where it is known.</summary>
    internal static double? NoiseOf(PlanMetric before, PlanMetric after) => before.Noise ?? after.Noise;
}
