using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Reports.Charts;

public class FrontChartTests
{
    [Fact]
    public void Points_carry_their_budgets() =>
        Assert.Equal(["bops=1%", "bops=5%", "bops=9%"], Labels(SweepResult.Of(Plan("bops=5%", 128_000, 91), [Plan("bops=1%", 40_000, 80), Plan("bops=9%", 300_000, 92)])));

    [Fact]
    public void Every_point_carries_its_budget_however_crowded_it_is_and_only_the_plan_itself_is_ringed()
    {
        var sweep = SweepResult.Of(Plan("bops=5%", 128_000, 91), [.. Enumerable.Repeat(Plan("bops=5%", 128_000, 91), 9)]);

        Assert.Equal(10, Labels(sweep).Length);
        Assert.Equal(12, Labels(ReportSamples.Crowded).Length);
        Assert.Equal(2, FrontChart.Draw(sweep, CostKind.Bops).Content.SelectMany(element => element.DescendantsAndSelf()).Count(element => (string?)element.Attribute("class") == "ring"));
    }

    [Fact]
    public void There_is_a_chart_against_each_cost() => Assert.Equal(["top-1 against BOPs", "top-1 against size"], FrontChart.DrawAll(ReportSamples.Crowded).Select(chart => chart.Title));

    private static string[] Labels(SweepResult sweep) =>
        [.. FrontChart.Draw(sweep, CostKind.Bops).Content.Where(element => (string?)element.Attribute("class") == "name").Select(element => element.Value)];

    private static CompressionPlan Plan(string budget, long bops, double metric) => SamplePlan.Digits with
    {
        Budget = budget,
        Totals = SamplePlan.Digits.Totals with { Bops = bops },
        Metric = SamplePlan.Digits.Metric with { Compressed = metric },
    };
}
