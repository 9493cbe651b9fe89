using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using SnapshotTests;

namespace AbsBuildTasks.Plans.Tests.Snapshots.VerifySample;

/// <summary>The sample's comparer for Verify. Its tests, compiled here with it, run on the accepted plan.</summary>
public class DecisionComparerTests
{
    private static readonly CompressionPlan Plan = SamplePlan.Digits;

    [Fact]
    public async Task A_plan_of_other_inputs_with_the_same_decisions_is_the_accepted_one()
    {
        var result = await CompareAsync(Plan with { Fingerprint = new string('0', 64) });

        Assert.True(result.IsEqual, result.Message);
    }

    [Fact]
    public async Task What_the_policy_forbids_is_named()
    {
        var result = await CompareAsync(Plan with { Budget = "bops=4%", Metric = Plan.Metric with { Compressed = Plan.Metric.Compressed - 2 } });

        Assert.False(result.IsEqual);
        Assert.Equal(2, result.Message!.Split('\n').Length);
        Assert.Contains("bops=4%", result.Message, StringComparison.Ordinal);
    }

    private static Task<VerifyTests.CompareResult> CompareAsync(CompressionPlan received) =>
        DecisionComparer.Compare(PlanJson.Write(received), PlanJson.Write(Plan), new Dictionary<string, object>());
}
