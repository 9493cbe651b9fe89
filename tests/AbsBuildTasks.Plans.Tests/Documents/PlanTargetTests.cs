using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Documents;

/// <summary>A plan names its target wherever it is shown, and none where it has none.</summary>
public class PlanTargetTests
{
    private static readonly CompressionPlan Free = SamplePlan.Digits;

    private static readonly CompressionPlan Targeted = Free with { Target = "w4a8" };

    [Fact]
    public void It_stands_behind_the_budget()
    {
        Assert.Contains("\"budget\": \"" + Free.Budget + "\",\n  \"target\": \"w4a8\",\n  \"totals\"", PlanJson.Write(Targeted), StringComparison.Ordinal);
        Assert.DoesNotContain("target", PlanJson.Write(Free), StringComparison.Ordinal);
        Assert.NotEqual(Free, Targeted);
    }

    [Theory]
    [InlineData("any", "target is \"any\", which is not written")]
    [InlineData("a b", "target is not the name of a target")]
    [InlineData("", "target is not the name of a target")]
    public void A_text_that_is_no_target_is_refused_with_its_line(string target, string message)
    {
        var text = PlanJson.Write(Targeted).Replace("\"w4a8\"", $"\"{target}\"", StringComparison.Ordinal);
        var error = Assert.Throws<AbsException>(() => PlanJson.Read(text, "plan.json"));

        Assert.Equal((AbsCodes.InvalidPlan, 6), (error.Code, error.Place!.Line));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_one_is_a_change_that_an_exact_snapshot_does_not_allow()
    {
        var change = Assert.Single(PlanDiff.Between(Free, Targeted).Changes);
        Assert.Equal(("target", "any", "w4a8"), (change.Property, change.Before, change.After));
        Assert.Empty(PlanDiff.Between(Targeted, Targeted).Changes);

        Assert.All(
            new[] { SnapshotPolicy.Exact, SnapshotPolicy.NoRegression },
            policy => Assert.Equal("target", Assert.Single(SnapshotComparer.Compare(Targeted, Free, policy, SnapshotTolerances.None)).Property));
    }

    [Fact]
    public void Reports_name_it()
    {
        Assert.Contains($"({Free.Budget}, target w4a8)", PlanTable.Write(Targeted), StringComparison.Ordinal);
        Assert.Contains($"{Free.Budget}, target w4a8", ReportText.Write(PlanReport.Of(Targeted)), StringComparison.Ordinal);
        Assert.DoesNotContain("target", PlanTable.Write(Free) + ReportText.Write(PlanReport.Of(Free)), StringComparison.Ordinal);
        Assert.Contains("target w4a8", HeaderPart.Render(Targeted, null).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("target", HeaderPart.Render(Free, null).ToString(), StringComparison.Ordinal);
    }
}
