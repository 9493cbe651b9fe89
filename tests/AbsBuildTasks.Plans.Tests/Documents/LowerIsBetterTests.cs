using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Documents;

/// <summary>A metric that is an error: a rise of it is a loss, wherever differences are judged.</summary>
public class LowerIsBetterTests
{
    private static readonly CompressionPlan Plan = Of(4, 4.5);

    [Fact]
    public void A_plan_says_it_in_version_2_and_others_do_not()
    {
        var text = PlanJson.Write(Plan);

        Assert.StartsWith("{\n  \"schemaVersion\": 2,", text, StringComparison.Ordinal);
        Assert.Contains("\"compressed\": 4.5,\n    \"lowerIsBetter\": true", text, StringComparison.Ordinal);
        Assert.Equal(Plan, PlanJson.Read(text, "plan"));
        Assert.DoesNotContain("lowerIsBetter", PlanJson.Write(SamplePlan.Digits), StringComparison.Ordinal);
        Assert.Contains("lowerIsBetter is false", Assert.Throws<AbsException>(() => PlanJson.Read(text.Replace("\"lowerIsBetter\": true", "\"lowerIsBetter\": false", StringComparison.Ordinal), "plan")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 4.5, "drop=0.5", true)]
    [InlineData(4, 4.6, "drop=0.5", false)]
    [InlineData(4, 1, "drop=0", true)]
    [InlineData(4, double.NaN, "drop=0.5", false)]
    public void A_budget_limits_its_rise(double full, double compressed, string budget, bool isAllowed) =>
        Assert.Equal(isAllowed, Budget.Parse(budget).AllowsDrop(full, compressed, lowerIsBetter: true));

    [Fact]
    public void A_plan_that_rises_further_is_none()
    {
        var error = Assert.Throws<AbsException>(() => PlanJson.Write(Of(4, 5.5) with { Budget = "bops=5%;drop=1" }));

        Assert.Contains("the metric rises from 4.0 to 5.5", error.Message, StringComparison.Ordinal);
        _ = PlanJson.Write(Of(4, 5) with { Budget = "bops=5%;drop=1" });
    }

    [Theory]
    [InlineData(4.5, 4, true)]
    [InlineData(4, 4.5, false)]
    public void A_diff_judges_by_it(double before, double after, bool isBetter)
    {
        var change = PlanDiff.Between(Of(4, before), Of(4, after)).Changes.Single(change => change.Property == "metric.compressed");

        Assert.Equal((isBetter ? ChangeEffect.Better : ChangeEffect.Worse, after - before), (change.Effect, change.Difference));
    }

    [Fact]
    public void Within_noise_it_is_neither() =>
        Assert.Equal(ChangeEffect.Neutral, Assert.Single(PlanDiff.Between(Noisy(4.5), Noisy(4.6)).Changes).Effect);

    [Fact]
    public void Another_direction_is_a_change_that_no_policy_allows()
    {
        var other = Plan with { Metric = Plan.Metric with { LowerIsBetter = false } };

        Assert.Contains(PlanDiff.Between(Plan, other).Changes, change => change is { Property: "metric.lowerIsBetter", Before: "true", After: "false" });
        Assert.Equal("metric.lowerIsBetter", Assert.Single(SnapshotComparer.Compare(Plan, other, SnapshotPolicy.NoRegression, SnapshotTolerances.None)).Property);
    }

    [Theory]
    [InlineData(4.0, "metric=0", null)]
    [InlineData(4.6, "metric=0", "metric.compressed 4.5 -> 4.6")]
    [InlineData(4.6, "metric=0.1", null)]
    [InlineData(4.7, "metric=0.1", "metric.compressed 4.5 -> 4.7; at most 4.6 is tolerated")]
    public void A_tolerance_limits_its_rise(double received, string tolerance, string? message) =>
        Assert.Equal(message, SnapshotComparer.Compare(Plan, Of(4, received), SnapshotPolicy.NoRegression, SnapshotTolerances.Parse(tolerance)).SingleOrDefault()?.Message);

    [Fact]
    public void A_sweep_has_the_lower_point_in_front_and_reads_back()
    {
        var sweep = SweepResult.Of(Plan, [Of(4, 5)]);

        Assert.Equal([false, true], sweep.Points.Select(sweep.IsDominated));
        Assert.True(SweepJson.Read(SweepJson.Write(sweep), "sweep").LowerIsBetter);
        Assert.Contains("top-1 error (lower is better)", SweepTable.Write(sweep), StringComparison.Ordinal);
        Assert.True(sweep.Points[1].IsDominatedBy(sweep.Points[0], lowerIsBetter: true));
        Assert.False(sweep.Points[1].IsDominatedBy(sweep.Points[0] with { Costs = sweep.Points[0].Costs.With(CostKind.Bops, 0.9) }, lowerIsBetter: true));
    }

    [Fact]
    public void Reports_say_it()
    {
        Assert.Contains("top-1 error (lower is better)", ReportText.Write(PlanReport.Of(Plan)), StringComparison.Ordinal);
        Assert.Contains("top-1 error (lower is better)", PlanTable.Write(Plan), StringComparison.Ordinal);
        Assert.Contains("+0.50 points (lower is better)", HtmlReport.Render(new ReportContent { Plan = Plan }), StringComparison.Ordinal);
        Assert.Contains("top-1 error (lower is better)", ReportText.Write(DiffReport.Of(new ModelDiff(Plan, Of(4, 4)))), StringComparison.Ordinal);
    }

    private static CompressionPlan Of(double full, double compressed) =>
        SamplePlan.Digits with { Metric = new() { Name = "top-1 error", FullPrecision = full, Compressed = compressed, LowerIsBetter = true } };

    private static CompressionPlan Noisy(double compressed) => Of(4, compressed) is var plan ? plan with { Metric = plan.Metric with { Noise = 0.2, Examples = 100 } } : null!;
}
