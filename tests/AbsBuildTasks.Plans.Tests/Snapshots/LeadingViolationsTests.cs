using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Snapshots;

public sealed class LeadingViolationsTests
{
    [Theory]
    [InlineData("bops=5%", "metric.compressed", "totals.bops", "weightBits", "keptFilters weightBits activationBits totals.macs totals.bops totals.sizeBytes metric.fullPrecision metric.compressed")]
    [InlineData("size=1KB", "metric.compressed", "totals.sizeBytes", "weightBits", "keptFilters weightBits activationBits totals.macs totals.bops totals.sizeBytes metric.fullPrecision metric.compressed")]
    [InlineData("bops=5%", "budget", "metric.compressed", "totals.sizeBytes", "budget keptFilters totals.sizeBytes metric.compressed")]
    [InlineData("bops=5%", "totals.bops", "name", "activationBits", "keptFilters name activationBits totals.bops")]
    [InlineData("bops=5%", "weightBits", "keptFilters", null, "keptFilters weightBits macs")]
    [InlineData("bops=5%", "endedEarly", "totals.bops", "weightBits", "endedEarly weightBits totals.bops")]
    [InlineData("bops=5%", "target", "furtherMetrics.F1.compressed", "weightScales", "target weightScales keptFilters furtherMetrics.F1.compressed")]
    [InlineData("bops=5%", "furtherMetrics", "keptFilters", null, "keptFilters furtherMetrics")]
    [InlineData("bops=5%", "weightGrid", null, null, "weightGrid activationGrid")]
    public void What_the_network_loses_and_costs_comes_before_the_decisions_and_bits_before_filters(string budget, string first, string? second, string? third, string all) =>
        Assert.Equal(
            new[] { first, second, third }.OfType<string>(),
            LeadingViolations.Of([.. all.Split(' ').Select(property => new SnapshotViolation(null, property, "", "", property))], Budget.Parse(budget)).Select(violation => violation.Property));

    [Fact]
    public void The_place_is_that_of_a_decision_which_the_message_names()
    {
        using var folder = new TemporaryFolder();
        var verifier = new SnapshotVerifier(folder.Path);
        verifier.Accept(SamplePlan.Digits);
        var pruned = SamplePlan.Digits.With("conv1", layer => layer with { KeptFilters = FilterRanges.Parse("0-3") });

        var result = verifier.Compare(pruned.With("conv2", layer => layer with { WeightBits = 8 }), SnapshotPolicy.Exact, SnapshotTolerances.None);

        Assert.Equal("keptFilters", result.Violations[0].Property);
        Assert.Equal(["totals.bops", "weightBits", "keptFilters"], result.Leading.Select(violation => violation.Property));
        Assert.Equal(PlanFile.Read(result.Paths.Verified).Find("conv2", "weightBits"), result.Position);
    }
}
