using AbsBuildTasks.Plans.Diffs;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>Matches the plans of two places.</summary>
internal static class PlanComparison
{
    /// <summary>Compares two plans, whatever their models are called.</summary>
    public static PlanSetDiff Between(string? basis, FoundPlan before, FoundPlan after) => new(basis, [Model(before, after)]);

    /// <summary>Compares plans by folder and model.</summary>
    public static PlanSetDiff Between(string? basis, IReadOnlyList<FoundPlan> before, IReadOnlyList<FoundPlan> after)
    {
        var old = before.ToDictionary(plan => plan.Key, StringComparer.Ordinal);
        var now = after.ToDictionary(plan => plan.Key, StringComparer.Ordinal);

        // Two projects may each have a model of the same name: then the folder tells them apart.
        var ambiguous = old.Values.Concat(now.Values).DistinctBy(plan => plan.Key).GroupBy(plan => plan.Plan.Model).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet();
        var models = old.Keys.Union(now.Keys).Order(StringComparer.Ordinal).Select(key =>
        {
            var model = Model(old.GetValueOrDefault(key), now.GetValueOrDefault(key));
            return ambiguous.Contains(model.Model) ? model with { Model = key } : model;
        });
        return PlanSetDiff.Of(basis, models);
    }

    /// <summary>Compares a model's plans, of which one may be missing, with all that is known beside them.</summary>
    public static ModelDiff Model(FoundPlan? before, FoundPlan? after)
    {
        var model = new ModelDiff(before?.Plan, after?.Plan)
        {
            File = after?.File,
            FileBefore = before?.Delivered(),
            FileAfter = after?.Delivered(),
            AcceptedBecause = after?.AcceptedBecause(),
            Reasons = before is null || after is null ? [] : SearchReasons.Between(before, after),
        };
        return model with { Verdict = FoundVerdict.Of(model, before, after) };
    }
}
