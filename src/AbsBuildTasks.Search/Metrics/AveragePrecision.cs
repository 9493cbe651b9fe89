namespace AbsBuildTasks.Search.Metrics;

/// <summary>
/// Average precision in percent: the precision at each score, weighted by the share of wanted examples that this score adds; the area under
/// the curve of precision over recall, without interpolation. No number without wanted examples.
/// </summary>
public sealed class AveragePrecision : RankedScores
{
    private protected override double Of(IReadOnlyList<(long Wanted, long Unwanted)> groups, long wanted, long unwanted)
    {
        var (hits, given, sum) = (0L, 0L, 0.0);
        foreach (var group in groups)
        {
            hits += group.Wanted;
            given += group.Wanted + group.Unwanted;
            sum += (double)group.Wanted / wanted * hits / given;
        }

        return sum;
    }
}
