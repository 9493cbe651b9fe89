using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Reports.Charts;

public class ParetoFrontTests
{
    [Property]
    public void Along_the_front_quality_rises_with_cost_and_every_other_plan_is_beaten_by_one_of_it(byte[] costs)
    {
        CompressionPlan[] plans = [.. costs.Select((cost, index) => Plan(cost % 8, costs[^(index + 1)] / 8 % 8))];

        var sorted = ParetoFront.Sorted(plans);
        CompressionPlan[] front = [.. sorted.Where(plan => ParetoFront.IsOnFront(plan, sorted))];

        Assert.Equal(plans.Distinct().Count(), sorted.Count);
        Assert.True(front.Zip(front.Skip(1), (a, b) => a.Totals.Bops < b.Totals.Bops && a.Metric.Compressed < b.Metric.Compressed).All(rises => rises));
        Assert.All(sorted.Except(front), plan => Assert.Contains(front, other => other.Totals.Bops <= plan.Totals.Bops && other.Metric.Compressed >= plan.Metric.Compressed));
    }

    private static CompressionPlan Plan(int cost, int quality) => SamplePlan.Digits with
    {
        Totals = SamplePlan.Digits.Totals with { Bops = cost * 100_000 },
        Metric = SamplePlan.Digits.Metric with { Compressed = quality },
    };
}
