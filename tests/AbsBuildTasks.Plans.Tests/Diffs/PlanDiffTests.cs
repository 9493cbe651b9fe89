using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Tables;
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
    public void A_small_error_that_grows_is_a_change_with_its_digits()
    {
        static CompressionPlan Plan(double error) => SamplePlan.Digits with { Metric = new PlanMetric { Name = "-mse", FullPrecision = -5e-8, Compressed = error } };

        var diff = PlanDiff.Between(Plan(-5e-8), Plan(-7e-8));

        Assert.Equal(new("metric.compressed", "-5e-8", "-7e-8", ChangeEffect.Worse, -2e-8, -40), Assert.Single(diff.Changes));
        Assert.Contains("-2e-8", PlanDiffText.Write(diff), StringComparison.Ordinal);
        Assert.Contains("-2e-8", PlanDiffJson.Write(PlanSetDiff.Of(null, [new(Plan(-5e-8), Plan(-7e-8))])), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_changed_property_of_a_layer_is_found()
    {
        var after = SamplePlan.Digits.With("conv2", layer => layer with
        {
            Kind = "Conv3d",
            WeightGrid = PlanGrids.Unit,
            WeightScales = PlanScales.Filter,
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
            ["kind", "weightGrid", "weightScales", "weightBits", "activationGrid", "activationBits", "filters", "keptFilters", "macs", "bops", "sizeBytes"],
            layer.Changes.Select(change => change.Property));
        Assert.Equal(new("weightBits", "4", "8", ChangeEffect.Worse, 4, 100), layer.Changes[3]);
        Assert.Equal(new("activationBits", "4", "2", ChangeEffect.Better, -2, -50), layer.Changes[5]);
        Assert.Equal(new("keptFilters", "0-2,4-8,10-15", "0-1", ChangeEffect.Better, -12, -85.7143), layer.Changes[7]);
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
    public void Decisions_come_before_what_follows_from_them()
    {
        var after = SamplePlan.Digits
            .With("conv1", layer => layer with { Macs = 10 })
            .With("conv2", layer => layer with { KeptFilters = FilterRanges.Parse("0") })
            .With("fc", layer => layer with { WeightBits = 4 });

        Assert.Equal(["fc", "conv2", "conv1"], LayerDiff.NotableFirst(PlanDiff.Between(SamplePlan.Digits, after).Layers).Select(layer => layer.Name));
    }

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public bool Filters_that_went_and_came_explain_those_that_stay(FilterRanges before, FilterRanges after)
    {
        var layer = SamplePlan.Digits.Layers[0];
        var diff = new LayerDiff("a", layer with { KeptFilters = before }, layer with { KeptFilters = after }, []);

        return FilterRanges.Of(before.Except(diff.FiltersGone).Concat(diff.FiltersBack)).Equals(after);
    }
}
