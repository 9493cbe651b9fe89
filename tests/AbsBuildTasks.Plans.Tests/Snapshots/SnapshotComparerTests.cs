using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Snapshots;

public class SnapshotComparerTests
{
    private static readonly CompressionPlan Verified = SamplePlan.Digits;

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public bool A_plan_passes_against_itself_whatever_its_fingerprint(CompressionPlan plan)
    {
        var received = plan with { Fingerprint = new('f', 64) };
        return Exact(plan, received).Count == 0 && NoRegression(plan, received).Count == 0;
    }

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public bool Plans_that_pass_exactly_are_equal_but_for_the_fingerprint(CompressionPlan left, CompressionPlan right) =>
        (Exact(left, right).Count == 0) == left.Equals(right with { Fingerprint = left.Fingerprint });

    public static TheoryData<string, Func<CompressionPlan, CompressionPlan>> Decisions => new()
    {
        { "model", plan => plan with { Model = "other" } },
        { "budget", plan => plan with { Budget = "bops=6%" } },
        { "totals.fullPrecisionBops", plan => plan with { Totals = plan.Totals with { FullPrecisionBops = 5_000_000 } } },
        { "totals.fullPrecisionSizeBytes", plan => plan with { Totals = plan.Totals with { FullPrecisionSizeBytes = 1001 } } },
        { "metric.name", plan => plan with { Metric = plan.Metric with { Name = "F1" } } },
        { "metric.fullPrecision", plan => plan with { Metric = plan.Metric with { FullPrecision = 92.5001 } } },
        { "metric.compressed", plan => plan with { Metric = plan.Metric with { Compressed = 91.7501 } } },
        { "kind", plan => plan.With("conv2", layer => layer with { Kind = "Linear" }) },
        { "weightGrid", plan => plan.With("conv2", layer => layer with { WeightGrid = PlanGrids.Unit }) },
        { "weightScales", plan => plan.With("conv2", layer => layer with { WeightScales = PlanScales.Filter }) },
        { "activationGrid", plan => plan.With("conv2", layer => layer with { ActivationGrid = PlanGrids.Symmetric }) },
        { "filters", plan => plan.With("conv2", layer => layer with { Filters = 17 }) },
        { "keptFilters", plan => plan.With("conv2", layer => layer with { KeptFilters = FilterRanges.Parse("0-13") }) },
    };

    [Theory]
    [MemberData(nameof(Decisions))]
    public void An_exact_snapshot_allows_no_other_decision(string property, Func<CompressionPlan, CompressionPlan> change) =>
        Assert.Equal(property, Assert.Single(Exact(Verified, change(Verified))).Property);

    [Theory]
    [InlineData(91.5, "metric.compressed 91.75 -> 91.5, within the noise of \u00b11.7 (95%, n = 1000)")]
    [InlineData(90, "metric.compressed 91.75 -> 90.0")]
    public void An_exact_snapshot_says_where_the_metric_differs_by_no_more_than_its_noise(double metric, string message)
    {
        var verified = Verified with { Metric = Verified.Metric with { Examples = 1000, Noise = 1.7 } };

        Assert.Equal(message, Assert.Single(Exact(verified, verified with { Metric = verified.Metric with { Compressed = metric } })).Message);
    }

    [Fact]
    public void A_small_error_that_grows_breaks_a_snapshot()
    {
        static CompressionPlan Plan(double error) => Verified with { Metric = new PlanMetric { Name = "-mse", FullPrecision = -4e-8, Compressed = error } };

        Assert.Equal("metric.compressed -5e-8 -> -7e-8", Assert.Single(Exact(Plan(-5e-8), Plan(-7e-8))).Message);
        Assert.Equal("metric.compressed", Assert.Single(NoRegression(Plan(-5e-8), Plan(-7e-8))).Property);
    }

    [Fact]
    public void Fewer_bits_break_an_exact_snapshot_with_all_that_follows()
    {
        var violations = Exact(Verified, Verified.With("conv2", layer => layer with { WeightBits = 2, SizeBytes = 50 }));

        Assert.Equal(
            [
                "layer conv2: weightBits 4 -> 2",
                "layer conv2: bops 32000 -> 16000",
                "layer conv2: sizeBytes 100 -> 50",
                "totals.bops 128000 -> 112000",
                "totals.sizeBytes 200 -> 150",
            ],
            violations.Select(violation => violation.Message));
        Assert.Equal(new("conv2", "weightBits", "4", "2", "layer conv2: weightBits 4 -> 2"), violations[0]);
    }

    [Theory]
    [InlineData(SnapshotPolicy.Exact)]
    [InlineData(SnapshotPolicy.NoRegression)]
    public void Layers_that_come_and_go_are_violations(SnapshotPolicy policy)
    {
        var received = Verified.WithLayers([.. Verified.Layers.Take(2), Verified.Layers[2] with { Name = "fc\n2", Kind = "Conv1d" }]);

        var violations = SnapshotComparer.Compare(Verified, received, policy, SnapshotTolerances.None);

        Assert.Equal(["layer fc is gone", @"layer fc\u000A2 is new"], violations.Select(violation => violation.Message));
    }

    [Theory]
    [InlineData(SnapshotPolicy.Exact)]
    [InlineData(SnapshotPolicy.NoRegression)]
    public void Layers_that_only_changed_their_names_are_renamed(SnapshotPolicy policy)
    {
        var received = Verified.WithLayers(Verified.Layers[0], Verified.Layers[1] with { Name = "fc" }, Verified.Layers[2] with { Name = "head" });

        var violation = Assert.Single(SnapshotComparer.Compare(Verified.WithLayers(Verified.Layers[0], Verified.Layers[1] with { Name = "fc" }, Verified.Layers[2] with { Name = "last" }), received, policy, SnapshotTolerances.None));

        Assert.Equal(new("last", "name", "last", "head", "layer last is now named head"), violation);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("bops=0.78pt", false)]
    [InlineData("bops=0.79pt", true)]
    public void Operations_rise_within_points_of_full_precision(string tolerances, bool passes) =>
        Assert.Equal(passes, NoRegression(Verified, Verified.With("conv1", layer => layer with { Macs = 1500 }), tolerances).Count == 0);

    [Theory]
    [InlineData("size=0.01KB", false)]
    [InlineData("size=0.02KB", true)]
    public void Size_rises_within_bytes(string tolerances, bool passes) =>
        Assert.Equal(passes, NoRegression(Verified, Verified.With("conv1", layer => layer with { SizeBytes = 40 }), tolerances).Count == 0);

    [Theory]
    [InlineData("filters=1", false)]
    [InlineData("filters=2", true)]
    public void Filters_come_back_within_their_number(string tolerances, bool passes) =>
        Assert.Equal(passes, NoRegression(Verified, Verified.With("conv2", layer => layer with { KeptFilters = FilterRanges.All(16) }), tolerances).Count == 0);

    [Theory]
    [InlineData("metric=1%", "metric.compressed 91.75 -> 90.8; at least 90.8325 is tolerated")]
    [InlineData("metric=1.1%", null)]
    public void The_metric_falls_within_its_share(string tolerances, string? message) =>
        Assert.Equal(message, NoRegression(Verified, Verified with { Metric = Verified.Metric with { Compressed = 90.8 } }, tolerances).SingleOrDefault()?.Message);

    [Fact]
    public void Another_order_breaks_only_an_exact_snapshot()
    {
        var received = Verified.WithLayers(Verified.Layers[0], Verified.Layers[2], Verified.Layers[1]);

        Assert.Equal("layers are in another order: fc stands where conv2 was", Assert.Single(Exact(Verified, received)).Message);
        Assert.Empty(NoRegression(Verified, received));
    }

    [Fact]
    public void Improvements_are_no_regression()
    {
        var received = Verified.With("conv2", layer => layer with { WeightBits = 2, ActivationBits = 2, KeptFilters = FilterRanges.Parse("0"), Macs = 1000, SizeBytes = 50 })
            with
        {
            Metric = Verified.Metric with { Compressed = 95, FullPrecision = 80 },
        };

        Assert.Empty(NoRegression(Verified, received));
    }

    [Theory]
    [InlineData(4, 8, "", false)]
    [InlineData(4, 8, "bits=3;bops=100%", false)]
    [InlineData(4, 8, "bits=4;bops=100%", true)]
    public void Bits_rise_within_their_tolerance(int weightBits, int activationBits, string tolerances, bool passes)
    {
        var received = Verified.With("conv2", layer => layer with { WeightBits = weightBits, ActivationBits = activationBits });

        Assert.Equal(passes, NoRegression(Verified, received, tolerances).Count == 0);
    }

    [Theory]
    [InlineData("bops=24.9%", "totals.bops 128000 -> 160000; at most 159872 is tolerated")]
    [InlineData("bops=25%", null)]
    [InlineData("", "totals.bops 128000 -> 160000")]
    public void Operations_rise_within_their_tolerance(string tolerances, string? message)
    {
        var received = Verified.With("conv1", layer => layer with { Macs = 1500 });

        Assert.Equal(message, NoRegression(Verified, received, tolerances).SingleOrDefault()?.Message);
    }

    [Theory]
    [InlineData("size=9.9%", "totals.sizeBytes 200 -> 220; at most 219 is tolerated")]
    [InlineData("size=10%", null)]
    public void Size_rises_within_its_tolerance(string tolerances, string? message)
    {
        var received = Verified.With("conv1", layer => layer with { SizeBytes = 40 });

        Assert.Equal(message, NoRegression(Verified, received, tolerances).SingleOrDefault()?.Message);
    }

    [Theory]
    [InlineData("filters=12.4%", "layer conv2: keptFilters 14 -> 16; at most 15 is tolerated")]
    [InlineData("filters=12.5%", null)]
    public void Filters_come_back_within_their_tolerance(string tolerances, string? message)
    {
        var received = Verified.With("conv2", layer => layer with { KeptFilters = FilterRanges.All(16) });

        Assert.Equal(message, NoRegression(Verified, received, tolerances).SingleOrDefault()?.Message);
    }

    [Theory]
    [InlineData(91.74, "", "metric.compressed 91.75 -> 91.74")]
    [InlineData(90.75, "metric=1", null)]
    [InlineData(90.7499, "metric=1", "metric.compressed 91.75 -> 90.7499; at least 90.75 is tolerated")]
    [InlineData(91.65, "metric=0.1", null)]
    public void The_metric_falls_within_its_tolerance(double compressed, string tolerances, string? message)
    {
        var received = Verified with { Metric = Verified.Metric with { Compressed = compressed } };

        Assert.Equal(message, NoRegression(Verified, received, tolerances).SingleOrDefault()?.Message);
    }

    /// <summary>Three images of a thousand are no regression; where a tolerance is given, that one counts.</summary>
    [Theory]
    [InlineData(91.45, "", null)]
    [InlineData(90.04, "", null)]
    [InlineData(90.0399, "", "metric.compressed 91.75 -> 90.0399; at least 90.04 is tolerated, the noise being ±1.7 (95%, n = 1000)")]
    [InlineData(91.45, "metric=0", "metric.compressed 91.75 -> 91.45")]
    [InlineData(90.0399, "metric=2", null)]
    public void The_metric_falls_within_its_noise_where_no_tolerance_is_given(double compressed, string tolerances, string? message)
    {
        var verified = Verified with { Metric = Verified.Metric with { Examples = 1000, Noise = 1.71 } };
        var received = verified with { Metric = verified.Metric with { Compressed = compressed, Noise = 3 } };

        Assert.Equal(message, NoRegression(verified, received, tolerances).SingleOrDefault()?.Message);
        Assert.StartsWith($"metric.compressed 91.75 -> {FormattableString.Invariant($"{compressed}")}", Assert.Single(Exact(verified, received)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_an_exact_snapshot_minds_what_the_metric_was_measured_on_and_against()
    {
        var verified = Verified with { Metric = Verified.Metric with { Baseline = BaselineKind.AsTrained, Examples = 1000, Noise = 1 } };
        var received = Verified with { Metric = Verified.Metric with { Baseline = BaselineKind.EqualSteps, Examples = 999, Noise = 2 } };

        Assert.Equal(
            ["metric.baseline as-trained -> equal-steps", "metric.examples 1000 -> 999"],
            Exact(verified, received).Select(violation => violation.Message));
        Assert.Empty(NoRegression(verified, received));
        Assert.Empty(Exact(Verified, received));
    }

    [Theory]
    [InlineData("budget")]
    [InlineData("kind")]
    [InlineData("weightGrid")]
    [InlineData("weightScales")]
    [InlineData("activationGrid")]
    [InlineData("filters")]
    [InlineData("metric.name")]
    public void What_no_tolerance_covers_must_be_equal(string property)
    {
        var change = Decisions.Select(row => ((string)row[0], (Func<CompressionPlan, CompressionPlan>)row[1])).Single(row => row.Item1 == property).Item2;

        Assert.Equal(property, Assert.Single(NoRegression(Verified, change(Verified), "metric=100;bops=100%;size=100%;bits=32;filters=100%")).Property);
    }

    private static IReadOnlyList<SnapshotViolation> Exact(CompressionPlan verified, CompressionPlan received) =>
        SnapshotComparer.Compare(verified, received, SnapshotPolicy.Exact, SnapshotTolerances.None);

    private static IReadOnlyList<SnapshotViolation> NoRegression(CompressionPlan verified, CompressionPlan received, string tolerances = "") =>
        SnapshotComparer.Compare(verified, received, SnapshotPolicy.NoRegression, SnapshotTolerances.Parse(tolerances));
}
