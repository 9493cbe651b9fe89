using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Snapshots;

/// <summary>What a report says of a plan is what a build does with it.</summary>
public sealed class SnapshotVerdictTests
{
    private static readonly CompressionPlan Reordered = SamplePlan.Digits with { Layers = [.. SamplePlan.Digits.Layers.Reverse()] };

    public static TheoryData<string, string, string> Refusals => new()
    {
        { "exact", "", "layers are in another order: fc stands where conv1 was" },
        { "no-regression", "metric:F2=1", "the tolerance speaks of metric:F2, which the model does not measure" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_the_build_refuses_is_refused_where_nothing_changed(string policy, string tolerance, string reason)
    {
        var rule = SnapshotRule.Parse(policy, tolerance);
        var model = new ModelDiff(SamplePlan.Digits, Reordered);

        var verdict = SnapshotVerdict.Judged(model, rule)!;

        Assert.Equal(ModelStatus.Unchanged, model.Status);
        Assert.NotEmpty(SnapshotComparer.Compare(SamplePlan.Digits, Reordered, rule.Policy, rule.Tolerances));
        Assert.Equal(VerdictKind.Refused, verdict.Kind);
        Assert.StartsWith(reason, Assert.Single(Assert.Single(verdict.Rules).Beyond), StringComparison.Ordinal);
        var judged = model with { Verdict = verdict };
        Assert.False(judged.IsSettled);
        Assert.False(PlanSetDiff.Of(null, [judged]).IsEmpty);
        Assert.StartsWith("digits: refused; decisions as before, 3 layers", ReportText.Write(DiffReport.Of(judged)), StringComparison.Ordinal);
        Assert.Contains("1 of 1 model changed", ReportText.Write(DiffReport.Of(PlanSetDiff.Of(null, [judged]))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-regression", "")]
    [InlineData(null, "")]
    public void What_no_policy_minds_is_unchanged(string? policy, string tolerance)
    {
        var model = new ModelDiff(SamplePlan.Digits, Reordered);

        var verdict = SnapshotVerdict.Judged(model, policy is null ? null : SnapshotRule.Parse(policy, tolerance))!;

        Assert.Equal(VerdictKind.Unchanged, verdict.Kind);
        Assert.True((model with { Verdict = verdict }).IsSettled);
    }

    [Fact]
    public void A_snapshot_in_another_order_was_accepted()
    {
        var model = new ModelDiff(SamplePlan.Digits, Reordered);

        var verdict = SnapshotVerdict.Accepted(model, SnapshotRule.Default);

        Assert.Equal(VerdictKind.Accepted, verdict.Kind);
        Assert.StartsWith("layers are in another order", Assert.Single(Assert.Single(verdict.Rules).Beyond), StringComparison.Ordinal);
        Assert.False((model with { Verdict = verdict }).IsSettled);
    }

    [Theory]
    [InlineData("no-regression")]
    [InlineData(null)]
    public void A_snapshot_in_an_order_that_no_policy_minds_is_unchanged(string? policy)
    {
        var model = new ModelDiff(SamplePlan.Digits, Reordered);

        var verdict = SnapshotVerdict.Accepted(model, policy is null ? null : SnapshotRule.Parse(policy, ""));

        Assert.Equal(VerdictKind.Unchanged, verdict.Kind);
        Assert.True((model with { Verdict = verdict }).IsSettled);
    }
}
