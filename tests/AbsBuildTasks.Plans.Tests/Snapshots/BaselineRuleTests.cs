using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Snapshots;

public class BaselineRuleTests
{
    private static readonly CompressionPlan Release = SamplePlan.Digits with { Metric = SamplePlan.Digits.Metric with { Examples = 1000, Noise = 1.7 } };

    [Theory]
    [InlineData("", 90.05, null)]
    [InlineData("", 90, "metric.compressed 91.75 -> 90.0; at least 90.05 is tolerated, the noise being \u00b11.7 (95%, n = 1000)")]
    [InlineData("metric=1", 90.05, "metric.compressed 91.75 -> 90.05; at least 90.75 is tolerated")]
    [InlineData("metric=1", 99, null)]
    public void The_metric_may_drift_by_the_tolerance_or_its_noise(string tolerance, double metric, string? beyond) =>
        Assert.Equal(beyond, Rule(tolerance).Judge(Release with { Metric = Release.Metric with { Compressed = metric } }).Beyond.SingleOrDefault());

    [Theory]
    [InlineData("", "totals.bops 128000 -> 144000")]
    [InlineData("bops=10%", "totals.bops 128000 -> 144000; at most 140800 is tolerated")]
    [InlineData("bops=13%", null)]
    public void Costs_may_drift_by_the_tolerance(string tolerance, string? beyond) =>
        Assert.Equal(beyond, Rule(tolerance).Judge(Release with { Totals = Release.Totals with { Bops = 144_000 } }).Beyond.SingleOrDefault());

    [Fact]
    public void Another_network_is_judged_by_what_it_costs_and_is_worth()
    {
        var other = Release.WithLayers([.. Release.Layers.Take(2), Release.Layers[2] with { Name = "head", Kind = "Conv1d" }]) with { Budget = "bops=4%" };

        Assert.Empty(Rule("").Judge(other).Beyond);
    }

    [Fact]
    public void What_cannot_be_compared_is_not()
    {
        var worse = Release.Metric with { Compressed = 1 };

        Assert.Empty(Rule("").Judge(Release with { Metric = worse with { Name = "F1" } }).Beyond);
        Assert.Empty(Rule("").Judge(Release with { Metric = worse with { LowerIsBetter = true } }).Beyond);
        Assert.Empty(Rule("").Judge(SamplePlan.WithRest with { Metric = Release.Metric }).Beyond);
    }

    [Fact]
    public void Further_metrics_drift_by_tolerances_of_their_own()
    {
        CompressionPlan With(double f1) => Release with { FurtherMetrics = [new() { Name = "F1", FullPrecision = 60, Compressed = f1 }] };
        var rule = Rule("metric:F1=2") with { Plan = With(50) };

        Assert.Empty(rule.Judge(With(48)).Beyond);
        Assert.StartsWith("furtherMetrics.F1.compressed 50.0 -> 47.9", Assert.Single(rule.Judge(With(47.9)).Beyond), StringComparison.Ordinal);
        Assert.Empty(rule.Judge(Release).Beyond);
    }

    [Theory]
    [InlineData(true, 90, true)]
    [InlineData(false, 90, false)]
    [InlineData(true, 91, false)]
    public void A_plan_that_drifted_too_far_is_refused_where_that_is_an_error(bool fails, double metric, bool isRefused)
    {
        var plan = Release with { Metric = Release.Metric with { Compressed = metric } };

        var verdict = (Rule("") with { Fails = fails }).Add(new(VerdictKind.Unchanged) { Rules = [SnapshotRule.Default.Row([], [])] }, plan);

        Assert.Equal(isRefused ? VerdictKind.Refused : VerdictKind.Unchanged, verdict.Kind);
        Assert.Equal(["the snapshot", "v1.2, 0123abcd"], verdict.Rules.Select(rule => rule.Reference));
        Assert.Equal(isRefused ? BaselineRule.Remedy : "", verdict.Remedy);
    }

    private static BaselineRule Rule(string tolerance) => new(Release, "v1.2, 0123abcd", SnapshotTolerances.Parse(tolerance), tolerance, Fails: true);
}
