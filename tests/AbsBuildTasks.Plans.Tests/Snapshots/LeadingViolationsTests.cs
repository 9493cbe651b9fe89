using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Snapshots;

public sealed class LeadingViolationsTests
{
    [Theory]
    [InlineData(false, "metric.compressed", "totals.bops", "weightBits", "keptFilters weightBits activationBits totals.macs totals.bops totals.sizeBytes metric.fullPrecision metric.compressed")]
    [InlineData(true, "metric.compressed", "totals.sizeBytes", "weightBits", "keptFilters weightBits activationBits totals.macs totals.bops totals.sizeBytes metric.fullPrecision metric.compressed")]
    [InlineData(false, "budget", "metric.compressed", "totals.sizeBytes", "budget keptFilters totals.sizeBytes metric.compressed")]
    [InlineData(false, "totals.bops", "name", "activationBits", "keptFilters name activationBits totals.bops")]
    [InlineData(false, "weightBits", "keptFilters", null, "keptFilters weightBits macs")]
    [InlineData(false, "weightGrid", null, null, "weightGrid activationGrid")]
    public void What_the_network_loses_and_costs_comes_before_the_decisions_and_bits_before_filters(bool limitsSize, string first, string? second, string? third, string all) =>
        Assert.Equal(
            new[] { first, second, third }.OfType<string>(),
            LeadingViolations.Of([.. all.Split(' ').Select(property => new SnapshotViolation(null, property, "", "", property))], limitsSize).Select(violation => violation.Property));

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
