using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Snapshots;

public class NoisePolicyTests
{
    // Metrics of 91.25 to 92.25; mean 91.75, deviation 0.3953. Metric and size share one false alarm in 100, as the budget limits bit-operations: t(0.995, 4) = 4.604.
    private static readonly CompressionPlan Verified = SamplePlan.Digits;
    private static readonly CompressionPlan OtherInputs = Verified with { Fingerprint = new('a', 64) };

    [Theory]
    [InlineData(89.76, true)]
    [InlineData(89.75, false)]
    [InlineData(99, true)]
    public void A_metric_passes_within_the_band_around_the_mean_of_all_seeds(double metric, bool passes)
    {
        // 91.75 - 4.604 * 0.3953 * sqrt(1 + 1/5) = 89.756
        Assert.Equal(passes, Compare(Verified, metric).Count == 0);

        // Whatever the value of the snapshot, one of the seeds.
        Assert.Equal(passes, Compare(With(Verified, 92.25), metric).Count == 0);
    }

    [Theory]
    [InlineData(89.18, true)]
    [InlineData(89.17, false)]
    public void A_snapshot_of_other_inputs_is_one_run_and_the_band_lies_around_it(double metric, bool passes) =>

        // 91.75 - 4.604 * 0.3953 * sqrt(2) = 89.176
        Assert.Equal(passes, Compare(OtherInputs, metric).Count == 0);

    [Fact]
    public void What_leaves_the_band_is_told_with_its_limit() => Assert.Equal(
        "metric.compressed 91.75 -> 89.0; at least 89.7564 is tolerated",
        Assert.Single(Compare(Verified, 89)).Message);

    [Theory]
    [InlineData(1.05, true)]
    [InlineData(1.15, false)]
    [InlineData(0.5, true)]
    public void A_cost_that_the_budget_does_not_limit_may_rise_by_its_noise(double factor, bool passes)
    {
        // The costs of the runs deviate by 1.6 %: 4.604 * 1.6 % * sqrt(1 + 1/5) = 8 %.
        var received = Verified with { Totals = Verified.Totals with { SizeBytes = (long)(Verified.Totals.SizeBytes * factor) } };

        Assert.Equal(passes, Compare(Verified, received).Count == 0);
    }

    [Theory]
    [InlineData("bops=5%", 204_800, 200, "")]
    [InlineData("bops=5%", 204_801, 200, "totals.bops 128000 -> 204801; at most 204800 is tolerated")]
    [InlineData("bops=5%;size=250B", 204_800, 250, "")]
    [InlineData("bops=5%;size=25%", 128_000, 251, "totals.sizeBytes 200 -> 251; at most 250 is tolerated")]
    public void A_cost_that_the_budget_limits_may_be_as_much_as_the_budget(string budget, long bops, long size, string expected)
    {
        var verified = Verified with { Budget = budget };

        Assert.Equal(expected, string.Join("|", Compare(verified, verified with { Totals = verified.Totals with { Bops = bops, SizeBytes = size } }).Select(violation => violation.Message)));
    }

    /// <summary>A share is one of the layers alone where what is left alone takes too much: then plans are beyond it by right, and the band counts.</summary>
    [Fact]
    public void A_limit_that_the_snapshot_itself_is_beyond_says_nothing()
    {
        var verified = Verified with { Budget = "bops=3%" };

        Assert.Empty(Compare(verified, verified with { Totals = verified.Totals with { Bops = 134_400 } }));
        Assert.Single(Compare(verified, verified with { Totals = verified.Totals with { Bops = 147_200 } }));
    }

    /// <summary>With each cost in the budget, the metric alone can raise a false alarm, so it may have all of them.</summary>
    [Theory]
    [InlineData(90.13, true)]
    [InlineData(90.12, false)]
    public void The_more_costs_the_budget_limits_the_smaller_a_loss_is_found(double metric, bool passes)
    {
        // 91.75 - t(0.99, 4) * 0.3953 * sqrt(1 + 1/5) = 91.75 - 3.747 * 0.433 = 90.128
        var verified = Verified with { Budget = "bops=5%;size=25%" };

        Assert.Equal(passes, Compare(verified, With(verified, metric)).Count == 0);
    }

    [Fact]
    public void Bits_and_filters_may_be_any_and_what_must_be_equal_must_be()
    {
        var other = Verified.With("conv2", layer => layer with { WeightBits = 8, KeptFilters = FilterRanges.Parse("0-15") }) with { Totals = Verified.Totals };

        Assert.Empty(Compare(Verified, other));
        Assert.Equal("kind", Assert.Single(Compare(Verified, Verified.With("conv2", layer => layer with { Kind = "Linear" }))).Property);
    }

    [Fact]
    public void Where_lower_is_better_the_metric_may_rise()
    {
        var error = Verified with { Metric = Verified.Metric with { LowerIsBetter = true } };

        Assert.Empty(Compare(error, With(error, 93.7)));
        Assert.Single(Compare(error, With(error, 93.8)));
    }

    [Fact]
    public void Metrics_that_no_seed_moves_have_the_noise_of_their_examples()
    {
        var sampled = Verified with { Metric = Verified.Metric with { Examples = 1000, Noise = 1.7 } };
        var still = SampleNoise.Around(sampled, (0, 1), (0, 1.01), (0, 0.99));

        Assert.Empty(Compare(sampled, With(sampled, 90.1), still));
        Assert.Single(Compare(sampled, With(sampled, 90), still));
    }

    [Fact]
    public void Further_metrics_have_noise_of_their_own()
    {
        var plan = Verified with { FurtherMetrics = [new() { Name = "F1", FullPrecision = 3, Compressed = 50 }] };
        var band = SampleNoise.Around(plan, (0, 1), (0.25, 1), (-0.25, 1));

        Assert.Empty(Compare(plan, plan with { FurtherMetrics = [plan.FurtherMetrics[0] with { Compressed = 48 }] }, band));
        Assert.Equal("furtherMetrics.F1.compressed", Assert.Single(Compare(plan, plan with { FurtherMetrics = [plan.FurtherMetrics[0] with { Compressed = 40 }] }, band)).Property);
    }

    [Theory]
    [InlineData(90.93, true)]
    [InlineData(90.90, false)]
    public void A_plan_with_runs_of_its_own_stands_for_their_mean_which_differs_less(double mean, bool passes)
    {
        // Two means of five with one deviation of 0.3953: t(0.995, 8) = 3.355; 91.75 - 3.355 * 0.3953 * sqrt(2/5) = 90.911
        var received = With(Verified, 99) with { Fingerprint = new('c', 64) };
        var again = SampleNoise.Around(With(received, mean + 0.2), (-0.2, 1), (0.05, 1.02), (-0.45, 0.98), (0.3, 1.01), (-0.7, 0.99));

        Assert.Equal(passes, SnapshotComparer.Compare(Verified, received, SnapshotPolicy.Noise, SnapshotTolerances.None with { Noise = SampleNoise.Digits, NoiseAgain = again }).Count == 0);

        // Of another plan they are not.
        Assert.Empty(SnapshotComparer.Compare(Verified, received, SnapshotPolicy.Noise, SnapshotTolerances.None with { Noise = SampleNoise.Digits, NoiseAgain = again with { Fingerprint = new('d', 64) } }));
    }

    [Fact]
    public void Without_noise_it_is_as_no_regression()
    {
        var rule = SnapshotRule.Parse("noise", "metric=1");

        Assert.True(rule.LacksNoise);
        Assert.False(rule.WithNoise(() => SampleNoise.Digits).LacksNoise);
        Assert.Empty(rule.Judge(Verified, With(Verified, 90.8)).Beyond);
        Assert.Single(rule.Judge(Verified, With(Verified, 90.7)).Beyond);
        Assert.Equal("no noise is measured, so that it is as no-regression", rule.Judge(Verified, Verified).Limits);
        Assert.Equal("metric and costs may get worse by the noise of 5 seeds, costs in the budget up to its limits", rule.WithNoise(() => SampleNoise.Digits).Judge(Verified, Verified).Limits);
        Assert.Equal(SnapshotPolicy.Noise, rule.Locked.Policy);
    }

    /// <summary>
    /// Each of the sample's ten seeds as a rebuild, against the band of the nine others, and one more plan, which is a fifth larger than
    /// the next largest. That one raises an alarm only where the budget does not limit the size; bit-operations never do, as it limits them.
    /// </summary>
    [Theory]
    [InlineData("bops=3%", "11")]
    [InlineData("bops=3%;size=26%", "")]
    public void Of_the_samples_seeds_only_a_size_without_a_limit_raises_an_alarm(string budget, string expected)
    {
        var folder = Repository.PathOf("samples/Digits/AbsPlans");
        var plan = PlanFile.Read(Path.Combine(folder, "digits.plan.verified.json")).Plan with { Budget = budget };
        var band = NoiseFile.Find(NoiseFile.PathIn(folder, plan.Model), plan.Model)!;
        var large = band.Runs[0] with { Seed = 11, Values = [band.Runs[1].Values[0], band.Runs[0].Values[1], KeyValuePair.Create(band.Runs[0].Values[2].Key, 38_200.0)] };

        Assert.Equal(expected, string.Join(",", band.Runs.Append(large).Where(run => Compare(plan, Rebuilt(run), band with { Runs = [.. band.Runs.Where(other => other != run)] }).Count > 0).Select(run => run.Seed)));

        CompressionPlan Rebuilt(NoiseRun run) => plan with
        {
            Metric = plan.Metric with { Compressed = run.Values[0].Value },
            Totals = plan.Totals with { Bops = (long)run.Values[1].Value, SizeBytes = (long)run.Values[2].Value },
        };
    }

    /// <summary>As many rebuilds fail by chance as are meant to: values are drawn from a normal distribution.</summary>
    [Property(MaxTest = 5)]
    public void Few_unchanged_rebuilds_fail(int seed)
    {
        const int rounds = 2000;
        var random = new Random(seed);
        var failed = Enumerable.Range(0, rounds).Count(_ =>
        {
            var band = SampleNoise.Around(Verified, [.. Enumerable.Range(0, 6).Select(_ => (Normal(), 1 + (Normal() / 20)))]);
            var limit = band.Spreads[0].Mean - new NoiseMargins(band, Verified).Margin(band.Spreads[0], 6);
            return Verified.Metric.Compressed + Normal() < limit;
        });

        // Half of one in 100 falls to each value: 10 of 2000. More than 27 come once in 400,000 times.
        Assert.InRange(failed, 0, 27);

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    private static CompressionPlan With(CompressionPlan plan, double metric) => plan with { Metric = plan.Metric with { Compressed = metric } };

    private static IReadOnlyList<SnapshotViolation> Compare(CompressionPlan verified, double metric) => Compare(verified, With(verified, metric));

    private static IReadOnlyList<SnapshotViolation> Compare(CompressionPlan verified, CompressionPlan received, NoiseBand? band = null) =>
        SnapshotComparer.Compare(verified, received, SnapshotPolicy.Noise, SnapshotTolerances.None with { Noise = band ?? SampleNoise.Digits });
}
