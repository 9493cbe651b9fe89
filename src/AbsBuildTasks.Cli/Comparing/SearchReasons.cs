using AbsBuildTasks.Plans.Fingerprints;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>Finds out why a plan was searched again, from what builds leave beside plans.</summary>
internal static class SearchReasons
{
    /// <summary>The fingerprint's entries that changed, a line each; none where they are not known.</summary>
    public static IReadOnlyList<string> Between(FoundPlan before, FoundPlan after)
    {
        if (before.Plan.Fingerprint == after.Plan.Fingerprint)
        {
            return [];
        }

        return Inputs(before) is { } old && Inputs(after) is { } now
            ? FingerprintChanges.Between(old, now)
            : FingerprintReports.Reasons(after.File, before.Plan, after.Plan);
    }

    private static IReadOnlyList<KeyValuePair<string, string>>? Inputs(FoundPlan plan) =>
        plan.File is { } file ? RecordedInputs.Read(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, RecordedInputs.NameOf(plan.Plan.Model))) : null;
}
