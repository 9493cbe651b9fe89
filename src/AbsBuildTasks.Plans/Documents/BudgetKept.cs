using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>Whether a plan keeps the budget that it states.</summary>
internal static class BudgetKept
{
    /// <summary>Why its budget is none, or not kept; null where it is.</summary>
    public static string? Problem(CompressionPlan plan)
    {
        Budget budget;
        try
        {
            budget = Budget.Parse(plan.Budget);
        }
        catch (AbsException error)
        {
            return $"cannot be read: {error.Message}";
        }

        var (totals, metric) = (plan.Totals, plan.Metric);
        if (budget.ToString() != plan.Budget)
        {
            return $"is \"{plan.Budget}\", but is written \"{budget}\"";
        }

        if (CostKind.All.Except(totals.Kinds).FirstOrDefault(kind => budget.Limits[kind].IsSet) is { } unknown)
        {
            return $"is \"{plan.Budget}\", but the plan does not tell {unknown.FullPrecisionProperty}";
        }

        var (rest, restInFull) = (RestPlan.CostsOf(plan.Rest), RestPlan.FullPrecisionOf(plan.Rest));
        if (CostKind.All.FirstOrDefault(kind => !Allows(budget.Limits[kind], kind) && !Allows(budget.Limits[kind].Beside(rest[kind], restInFull[kind], totals.FullPrecision[kind]), kind)) is { } passed)
        {
            var cost = passed.RelativeProperty is { } relative
                ? $"{relative} is {PlanNumber.Share(totals.Relative(passed))}"
                : FormattableString.Invariant($"{passed.Property} is {totals.Costs[passed]} of {totals.FullPrecision[passed]}");
            return $"is \"{plan.Budget}\", but {cost}: the plan {passed.TooMuch} than its budget allows";
        }

        // A plan of given decisions may miss its drop by no more than chance does.
        return budget.AllowsDrop(metric.FullPrecision, metric.Compressed, metric.Noise ?? 0, metric.LowerIsBetter)
            ? null
            : $"is \"{plan.Budget}\", but the metric {(metric.LowerIsBetter ? "rises" : "falls")} from {PlanNumber.Metric(metric.FullPrecision)} to {PlanNumber.Metric(metric.Compressed)}: the plan loses more than its budget allows";

        bool Allows(CostLimit limit, CostKind kind) => limit.Allows(totals.Costs[kind], totals.FullPrecision[kind]);
    }
}
