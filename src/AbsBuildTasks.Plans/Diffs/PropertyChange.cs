namespace AbsBuildTasks.Plans.Diffs;

/// <summary>One property that differs between two plans.</summary>
/// <param name="Property">The property's path: <c>weightBits</c>, <c>totals.bops</c>.</param>
/// <param name="Before">The value before, as the plan writes it.</param>
/// <param name="After">The value after, as the plan writes it.</param>
/// <param name="Effect">Whether that is better.</param>
/// <param name="Difference">After less before, in the property's unit; null where it is no number.</param>
/// <param name="Percent">The difference in percent of before; null where it is no number, or before is 0.</param>
internal sealed record PropertyChange(string Property, string Before, string After, ChangeEffect Effect, double? Difference, double? Percent)
{
    /// <summary>For a metric, how far chance alone would change it in 95 of 100 cases, in its unit: no larger change is better or worse. Null where that is not known.</summary>
    public double? Noise { get; init; }
}
