using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Snapshots;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>What becomes of a plan that was found: its file's name says whether it was accepted.</summary>
internal static class FoundVerdict
{
    /// <summary>The verdict.</summary>
    /// <param name="model">What is compared.</param>
    /// <param name="before">The plan before; null for none.</param>
    /// <param name="after">The plan after; null for none.</param>
    /// <returns>Null where nobody judges it: two files are compared, or the policy is not known.</returns>
    public static PlanVerdict? Of(ModelDiff model, FoundPlan? before, FoundPlan? after)
    {
        if (after?.File is not { } file)
        {
            return null;
        }

        var known = after.Kept?.Rule ?? before?.Kept?.Rule;
        var rule = known?.WithNoise(() => known.Tolerances.Noise, () => NoiseFile.TryFind(NoiseFile.PathBeside(file, model.After!.Model), model.After.Model));
        var isWithSnapshot = before?.File is { } other && PlanPaths.IsSnapshotName(other);
        var verdict = PlanPaths.IsSnapshotName(file) ? SnapshotVerdict.Accepted(model, rule)
            : file.EndsWith(PlanPaths.Received, StringComparison.Ordinal) ? Received(model, isWithSnapshot ? rule : null)
            : isWithSnapshot ? SnapshotVerdict.Judged(model, rule)
            : null;
        return verdict is null ? null : verdict with { Configuration = after.Kept?.Configuration };
    }

    // A build wrote it because it did not let it pass.
    private static PlanVerdict Received(ModelDiff model, SnapshotRule? rule)
    {
        var row = model.Before is { } before ? rule?.Judge(before, model.After!) : null;
        return model.Status switch
        {
            ModelStatus.Added => SnapshotVerdict.New,
            ModelStatus.Unchanged when row is not { Beyond.Count: > 0 } => new(VerdictKind.Unchanged),


            // The build knew more, such as what other seeds came to.
            _ => SnapshotVerdict.Refused(row is { Beyond.Count: > 0 } ? row : null),
        };
    }
}
