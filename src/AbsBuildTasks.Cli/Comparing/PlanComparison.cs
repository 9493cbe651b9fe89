using AbsBuildTasks.Plans.Diffs;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>Matches the plans of two places.</summary>
internal static class PlanComparison
{
    /// <summary>Compares two plans, whatever their models are called.</summary>
    public static PlanSetDiff Between(string? basis, FoundPlan before, FoundPlan after) =>
        new(basis, [new(before.Plan, after.Plan) { File = after.File, FileBefore = before.Delivered(), FileAfter = after.Delivered(), AcceptedBecause = after.AcceptedBecause(), Reasons = SearchReasons.Between(before, after) }]);

    /// <summary>Compares plans by folder and model.</summary>
    public static PlanSetDiff Between(string? basis, IReadOnlyList<FoundPlan> before, IReadOnlyList<FoundPlan> after)
    {
        var old = before.ToDictionary(plan => plan.Key, StringComparer.Ordinal);
        var now = after.ToDictionary(plan => plan.Key, StringComparer.Ordinal);

        // Two projects may each have a model of the same name: then the folder tells them apart.
        var ambiguous = old.Values.Concat(now.Values).DistinctBy(plan => plan.Key).GroupBy(plan => plan.Plan.Model).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet();
        var models = old.Keys.Union(now.Keys).Order(StringComparer.Ordinal).Select(key =>
        {
            var (was, becomes) = (old.GetValueOrDefault(key), now.GetValueOrDefault(key));
            var model = new ModelDiff(was?.Plan, becomes?.Plan) { File = becomes?.File, FileBefore = was?.Delivered(), FileAfter = becomes?.Delivered(), AcceptedBecause = becomes?.AcceptedBecause(), Reasons = was is null || becomes is null ? [] : SearchReasons.Between(was, becomes) };
            return ambiguous.Contains(model.Model) ? model with { Model = key } : model;
        });
        return PlanSetDiff.Of(basis, models);
    }
}
