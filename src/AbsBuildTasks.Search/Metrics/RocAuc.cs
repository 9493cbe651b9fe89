namespace AbsBuildTasks.Search.Metrics;

/// <summary>
/// The area under the receiver operating characteristic in percent: how often an example that is wanted has a higher score than one that
/// is not, where the same score counts half (Mann and Whitney, 1947). No number without examples of both kinds.
/// </summary>
public sealed class RocAuc : RankedScores
{
    private protected override double Of(IReadOnlyList<(long Wanted, long Unwanted)> groups, long wanted, long unwanted)
    {
        var (above, area) = (0L, 0.0);
        foreach (var group in groups)
        {
            area += group.Unwanted * (above + (group.Wanted / 2.0));
            above += group.Wanted;
        }

        return area / ((double)wanted * unwanted);
    }
}
