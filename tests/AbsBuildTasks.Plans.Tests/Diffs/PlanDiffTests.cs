using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Diffs;

public class PlanDiffTests
{
    [Property(Arbitrary = [typeof(RandomPlans)])]
    public bool A_plan_does_not_differ_from_itself(CompressionPlan plan) => PlanDiff.Between(plan, plan).IsEmpty;

    [Fact]
    public void Order_and_fingerprint_are_no_change()
    {
        var plan = SamplePlan.Digits.WithLayers([.. SamplePlan.Digits.Layers.Reverse()]) with { Fingerprint = new('0', 64) };

        Assert.True(PlanDiff.Between(SamplePlan.Digits, plan).IsEmpty);
        Assert.Equal("digits: no change, 3 layers", PlanDiffText.Write(PlanDiff.Between(SamplePlan.Digits, plan)));
    }

    [Fact]
    public void Every_changed_property_of_a_layer_is_found()
    {
        var after = SamplePlan.Digits.With("conv2", layer => layer with
        {
            Kind = "Conv3d",
            WeightGrid = PlanGrids.Unit,
            WeightBits = 8,
            ActivationGrid = PlanGrids.Symmetric,
            ActivationBits = 2,
            Filters = 20,
            KeptFilters = FilterRanges.Parse("0-1"),
            Macs = 1000,
            SizeBytes = 50,
        });

        var diff = PlanDiff.Between(SamplePlan.Digits, after);

        var layer = Assert.Single(diff.Layers);
        Assert.Equal(2, diff.UnchangedLayers);
        Assert.Equal(
            ["kind", "weightGrid", "weightBits", "activationGrid", "activationBits", "filters", "keptFilters", "macs", "bops", "sizeBytes"],
            layer.Changes.Select(change => change.Property));
        Assert.Equal(new("weightBits", "4", "8", ChangeEffect.Worse, 4, 100), layer.Changes[2]);
        Assert.Equal(new("activationBits", "4", "2", ChangeEffect.Better, -2, -50), layer.Changes[4]);
        Assert.Equal(new("keptFilters", "0-2,4-8,10-15", "0-1", ChangeEffect.Better, -12, -85.7143), layer.Changes[6]);
    }

    [Fact]
    public void Equally_many_other_filters_are_neither_better_nor_worse()
    {
        var after = SamplePlan.Digits.With("conv2", layer => layer with { KeptFilters = FilterRanges.Parse("1-4,6-15") });

        var change = Assert.Single(Assert.Single(PlanDiff.Between(SamplePlan.Digits, after).Layers).Changes);

        Assert.Equal(ChangeEffect.Neutral, change.Effect);
        Assert.Equal(0, change.Difference);
    }

    [Fact]
    public void A_diff_reads_well_in_a_terminal()
    {
        var before = SamplePlan.Digits.WithLayers([.. SamplePlan.Digits.Layers, SamplePlan.Layer("old", "Linear", 4, 4, 5, "0-4", 100, 10)]);
        var after = SamplePlan.Digits
            .With("conv1", layer => layer with { ActivationBits = 4 })
            .With("conv2", layer => layer with { WeightBits = 8, KeptFilters = FilterRanges.Parse("0-5,9-15"), SizeBytes = 120 });
        after = after.WithLayers([.. after.Layers, SamplePlan.Layer("new", "Linear", 2, 8, 5, "0-3", 100, 10)]) with
        {
            Budget = "bops=4%",
            Metric = after.Metric with { Compressed = 92 },
        };

        Assert.Equal(
            """
            digits
              budget             bops=5% -> bops=4%
              totals.sizeBytes   210 -> 230          +20 (+9.5%)    worse
              metric.compressed  91.75 -> 92.0       +0.25 (+0.3%)  better
              conv1                     activationBits 8 -> 4                                 bops -50.0%
              conv2  weightBits 4 -> 8                         filters 14 -> 13 (-6-8 +3,+9)  bops +100.0%  sizeBytes +20.0%
              new    added: Linear, weights 2 bits, activations 8 bits, filters 4/5
              old    removed: Linear, weights 4 bits, activations 4 bits, filters 5/5
              1 layer unchanged
            """.ReplaceLineEndings("\n"),
            PlanDiffText.Write(PlanDiff.Between(before, after)));
    }

    [Fact]
    public void Names_cannot_break_the_lines()
    {
        var before = SamplePlan.Of("m\nn", SamplePlan.Layer("a\nb", "Conv2d", 4, 4, 2, "0-1", 1, 1));
        var after = before.With("a\nb", layer => layer with { WeightBits = 8, Kind = "C\u001b[0m" });

        var lines = PlanDiffText.Write(PlanDiff.Between(before, after)).Split('\n');

        Assert.Equal(@"m\u000An", lines[0]);
        Assert.StartsWith(@"  a\u000Ab  kind Conv2d -> C\u001B[0m  weightBits 4 -> 8", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_list_of_filters_is_cut()
    {
        var before = SamplePlan.Of("m", SamplePlan.Layer("a", "Conv2d", 4, 4, 100, "0-99", 1, 1));
        var after = before.With("a", layer => layer with { KeptFilters = FilterRanges.Of(Enumerable.Range(0, 50).Select(i => i * 2)) });

        Assert.Contains("filters 100 -> 50 (-1,-3,-5,-7,-9,-11,... 44 more)", PlanDiffText.Write(PlanDiff.Between(before, after)), StringComparison.Ordinal);
    }
}
