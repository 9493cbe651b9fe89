using AbsBuildTasks.Plans.Diffs;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>What becomes of a plan that was checked against its snapshot.</summary>
internal static class SnapshotVerdict
{
    private const string Accept = "If it is wanted, accept it with \"dotnet build -t:AbsAcceptPlans\" or \"abs accept\", and commit the snapshot.";

    /// <summary>The verdict.</summary>
    /// <param name="result">What came of the check.</param>
    /// <param name="rule">What it was checked by.</param>
    public static PlanVerdict Of(SnapshotResult result, SnapshotRule rule) => result.Outcome switch
    {
        SnapshotOutcome.Missing => New,
        SnapshotOutcome.Mismatch => new(VerdictKind.Refused) { Rules = [rule.Row(result.Violations, result.Leading)], Remedy = Accept },
        _ => new(result.Diff!.IsEmpty ? VerdictKind.Unchanged : VerdictKind.Allowed) { Rules = [rule.Row([], [])] },
    };

    /// <summary>The verdict of a plan that has no snapshot.</summary>
    public static PlanVerdict New { get; } = new(VerdictKind.New) { Remedy = "There is no snapshot yet. " + Accept };

    /// <summary>The verdict of a plan that was refused when a build checked it.</summary>
    /// <param name="rule">What it was checked by, with the outcome; null where that is not known.</param>
    public static PlanVerdict Refused(VerdictRule? rule) => new(VerdictKind.Refused) { Rules = rule is null ? [] : [rule], Remedy = Accept };

    /// <summary>The verdict of a plan that is compared with its snapshot.</summary>
    /// <param name="diff">The plan and its snapshot.</param>
    /// <param name="rule">What it is judged by; null where that is not known.</param>
    /// <returns>Null where nothing is known of a plan that differs.</returns>
    public static PlanVerdict? Judged(ModelDiff diff, SnapshotRule? rule)
    {
        // A rule sees more than the changes do: the order of layers, and a tolerance that fits nothing.
        var row = rule?.Judge(diff.Before!, diff.After!);
        return row is { Beyond.Count: > 0 } ? Refused(row)
            : diff.Status == ModelStatus.Unchanged ? new(VerdictKind.Unchanged) { Rules = row is null ? [] : [row] }
            : row is null ? null
            : new(VerdictKind.Allowed) { Rules = [row] };
    }

    /// <summary>The verdict of a snapshot against another.</summary>
    /// <param name="diff">The snapshot that is judged, and the one before.</param>
    /// <param name="rule">By what the earlier would judge the later; null where that is not known.</param>
    public static PlanVerdict Accepted(ModelDiff diff, SnapshotRule? rule)
    {
        if (diff.Status == ModelStatus.Added)
        {
            return new(VerdictKind.New);
        }

        // What is no change to a reader may be one to the rule: another order of layers.
        var row = rule?.Judge(diff.Before!, diff.After!);
        return diff.Status == ModelStatus.Unchanged && row is not { Beyond.Count: > 0 }
            ? new(VerdictKind.Unchanged)
            : new(VerdictKind.Accepted) { Rules = row is null ? [] : [row] };
    }
}
