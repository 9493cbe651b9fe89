using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>What a reader of a plan is to be told: one that is not what its settings say must not look like one, nor one that began elsewhere.</summary>
/// <param name="Words">What it is; with a space behind, where something belongs to it.</param>
/// <param name="Value">What belongs to it; may be empty.</param>
/// <param name="IsHash">Whether that is a hash.</param>
internal sealed record PlanRemark(string Words, string Value, bool IsHash)
{
    /// <summary>All remarks on a plan.</summary>
    public static IEnumerable<PlanRemark> Of(CompressionPlan plan)
    {
        if (plan.WarmStart is { } start)
        {
            yield return new("started from the weights ", start, IsHash: true);
        }

        if (plan.RoundingRemark is { } rounding)
        {
            yield return new(rounding, "", IsHash: false);
        }

        if (plan.EndedEarly.Count > 0)
        {
            yield return new("ended early: ", EndedPhase.Words(plan.EndedEarly), IsHash: false);
        }
    }
}
