namespace AbsBuildTasks.Search.Training;

/// <summary>What is known of a metric beside its value.</summary>
/// <param name="Noise">Half the width of its 95 % interval, in its own points; null where that is not known.</param>
/// <param name="Chance">Its value where every example gets the same answer, of those tried the best; null where that is not known.</param>
/// <param name="LowerIsBetter">Whether the metric is an error.</param>
internal sealed record MetricWorth(double? Noise, double? Chance, bool LowerIsBetter = false)
{
    /// <summary>Whether a value cannot be told from what an answer that is the same for every example gives.</summary>
    public bool IsAtChance(double value) => Chance is { } chance && (LowerIsBetter ? chance - value : value - chance) <= (Noise ?? 0);
}
