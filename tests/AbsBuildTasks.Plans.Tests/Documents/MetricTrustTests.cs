using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Documents;

public sealed class MetricTrustTests
{
    private static readonly CompressionPlan Plan = SamplePlan.Digits with
    {
        Metric = SamplePlan.Digits.Metric with { Baseline = BaselineKind.EqualSteps, Examples = 1000, Noise = 0.62 },
    };

    [Fact]
    public void What_a_metric_is_worth_stands_behind_it() => Assert.Contains(
        """
            "compressed": 91.75,
            "baseline": "equal-steps",
            "examples": 1000,
            "noise": 0.62
          },
        """.ReplaceLineEndings("\n"),
        PlanJson.Write(Plan),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("\"equal-steps\"", "\"EqualSteps\"", "metric.baseline is not \"equal-steps\" or \"as-trained\"")]
    [InlineData("\"examples\": 1000", "\"examples\": 0", "metric.examples is 0, out of range 1 to 2147483647")]
    [InlineData("\"noise\": 0.62", "\"noise\": -0.62", "metric.noise is not a number between 0 and 1e9")]
    [InlineData("\"noise\": 0.62", "\"noise\": 0.62000000001", "this is not how a plan is written")]
    public void Other_words_and_numbers_are_no_plan(string right, string wrong, string problem)
    {
        var error = Assert.Throws<AbsException>(() => PlanJson.Read(PlanJson.Write(Plan).Replace(right, wrong, StringComparison.Ordinal), "plan.json"));

        Assert.Equal(AbsCodes.InvalidPlan, error.Code);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, null, false)]
    [InlineData(0.75, null, true)]
    [InlineData(0.5, 0.25, true)]
    [InlineData(0.5, 0.2, false)]
    public void A_plan_may_miss_its_drop_by_no_more_than_its_noise(double drop, double? noise, bool isPlan)
    {
        var plan = SamplePlan.Digits with { Budget = FormattableString.Invariant($"drop={drop}"), Metric = SamplePlan.Digits.Metric with { Noise = noise } };

        Assert.Equal(isPlan, PlanRules.FirstProblem(plan) is null);
    }
}
