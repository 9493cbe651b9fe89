using AbsBuildTasks.Plans.Fingerprints;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>Finds out why a plan was searched again, from what is kept with snapshots and what builds leave beside plans.</summary>
internal static class SearchReasons
{
    /// <summary>The fingerprint's entries that changed, a line each; none where they are not known.</summary>
    public static IReadOnlyList<string> Between(FoundPlan before, FoundPlan after)
    {
        if (before.Plan.Fingerprint == after.Plan.Fingerprint)
        {
            return [];
        }

        return before.Entries() is { } old && after.Entries() is { } now
            ? InputEntries.Changes(old, now)
            : FingerprintReports.Reasons(after.File, before.Plan, after.Plan);
    }
}
