using AbsBuildTasks.Plans.Diffs;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>Finds plans that a build made and that nobody accepted: as long as they lie there, the build fails.</summary>
internal static class Unaccepted
{
    /// <summary>The received plans of a place that are others than their snapshots, have none, or are refused as far as the policy is known.</summary>
    /// <param name="path">A folder, which is looked through to its depth, or a plan, whose snapshot's is meant; not that of a plan which is itself the received one.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS4003: such a plan, or its snapshot, is none.</exception>
    public static IReadOnlyList<ModelDiff> In(string path) =>
        [.. Received(path).Select(Compare).Where(model => !model.IsSettled)];

    private static IReadOnlyList<string> Received(string path)
    {
        if (Directory.Exists(path))
        {
            return PlanPaths.ReceivedIn(path);
        }

        var received = PlanPaths.Key(Snapshots.PathOf(path)) + PlanPaths.Received;
        return File.Exists(received) && Path.GetFullPath(received) != Path.GetFullPath(path) ? [received] : [];
    }

    private static ModelDiff Compare(string received)
    {
        var verified = PlanPaths.Key(received) + PlanPaths.Verified;
        return PlanComparison.Model(File.Exists(verified) ? FoundPlan.Of(verified) : null, FoundPlan.Of(received)) with
        {
            File = Path.GetRelativePath(Directory.GetCurrentDirectory(), received),
        };
    }
}
