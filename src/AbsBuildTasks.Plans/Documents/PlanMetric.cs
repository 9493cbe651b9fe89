namespace AbsBuildTasks.Plans.Documents;

/// <summary>The network's quality on its test data; higher is better.</summary>
public sealed record PlanMetric
{
    /// <summary>What is measured, for example <c>top-1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The full-precision network's value, in the metric's points; rounded to 4 decimals, or 6 digits where those are more.</summary>
    public required double FullPrecision { get; init => field = PlanNumber.RoundMetric(value); }

    /// <summary>The compressed network's value, in the metric's points; rounded to 4 decimals, or 6 digits where those are more.</summary>
    public required double Compressed { get; init => field = PlanNumber.RoundMetric(value); }
}
