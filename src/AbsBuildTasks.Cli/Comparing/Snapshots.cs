namespace AbsBuildTasks.Cli.Comparing;

/// <summary>Finds the snapshot that a plan is compared with.</summary>
internal static class Snapshots
{
    /// <summary>The path of a plan's snapshot: where there is one, the plan itself if it is one, or else where it would be.</summary>
    /// <param name="plan">The plan's file.</param>
    public static string PathOf(string plan) =>
        plan.EndsWith(PlanPaths.Verified, StringComparison.Ordinal) ? plan
        : Of(plan) ?? Path.Combine(Path.GetDirectoryName(plan) ?? "", PlanPaths.Key(Path.GetFileName(plan)) + PlanPaths.Verified);

    /// <summary>The snapshot beside a plan or in an <c>AbsPlans</c> folder above it, relative to the working folder; null where there is none, or the plan is one.</summary>
    /// <param name="plan">The plan's file.</param>
    public static string? Of(string plan)
    {
        if (plan.EndsWith(PlanPaths.Verified, StringComparison.Ordinal))
        {
            return null;
        }

        var full = Path.GetFullPath(plan);
        var name = PlanPaths.Key(Path.GetFileName(full)) + PlanPaths.Verified;
        for (var folder = Path.GetDirectoryName(full); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Array.Find([Path.Combine(folder, name), Path.Combine(folder, "AbsPlans", name)], File.Exists) is { } found)
            {
                return Path.GetRelativePath(Directory.GetCurrentDirectory(), found);
            }
        }

        return null;
    }
}
