using AbsBuildTasks.Search.Training;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Training;

public sealed class MetricNoiseTests
{
    private const double Z = 1.959963984540054;

    /// <summary>The intervals that Newcombe (1998) worked out: 0.2553 to 0.3662, 0.0000 to 0.1611, 0.0061 to 0.1718.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilsons_interval_is_the_published_one(int hits, int count, double least, double most) =>
        Assert.Equal((most - least) / 2, MetricNoise.Wilson((double)hits / count, count), 1e-4);

    /// <summary>Its ends are the shares from which this one is just as far as chance goes: (p - x)² = z²·x·(1 - x)/n.</summary>
    [Theory]
    [InlineData(0.06, 1000)]
    [InlineData(0.5, 7)]
    [InlineData(0.994, 360)]
    [InlineData(1, 12)]
    public void Wilsons_interval_is_as_wide_as_its_equations_roots_are_apart(double share, int count)
    {
        // x²·(1 + z²/n) - x·(2p + z²/n) + p² = 0
        var (a, b, c) = (1 + (Z * Z / count), (2 * share) + (Z * Z / count), share * share);
        var apart = Math.Sqrt((b * b) - (4 * a * c)) / a;

        Assert.Equal(apart / 2, MetricNoise.Wilson(share, count), 1e-12);
    }

    [Fact]
    public void More_examples_have_less_noise_and_both_sides_the_same()
    {
        Assert.True(MetricNoise.Wilson(0.9, 1000) < MetricNoise.Wilson(0.9, 999));
        Assert.Equal(MetricNoise.Wilson(0.9, 1000), MetricNoise.Wilson(0.1, 1000), 1e-15);
        Assert.True(MetricNoise.Wilson(0.5, 1000) > MetricNoise.Wilson(0.9, 1000));
    }

    /// <summary>The mean of 400 values with a deviation of 2 stays within 1.96·2/√400.</summary>
    [Fact]
    public void Resampling_finds_the_noise_of_a_mean()
    {
        var random = new Random(5);
        var values = Enumerable.Range(0, 400).Select(_ => (Value: random.Next(2) * 4.0, Weight: 1.0)).ToArray();

        var noise = MetricNoise.Bootstrap(values);

        Assert.InRange(noise, 0.18, 0.215);
        Assert.Equal(noise, MetricNoise.Bootstrap(values));
        Assert.Equal(10 * noise, MetricNoise.Bootstrap([.. values.Select(value => (10 * value.Value, 1.0))]), 1e-9);
        Assert.InRange(noise / 4, 0.9 * MetricNoise.Wilson(0.5, 400), 1.1 * MetricNoise.Wilson(0.5, 400));
    }

    [Fact]
    public void Values_that_are_all_the_same_have_none() => Assert.Equal(0, MetricNoise.Bootstrap([(3, 1), (3, 256), (3, 8)]));

    [Fact]
    public void Very_many_values_have_the_noise_of_their_mean()
    {
        var random = new Random(6);
        var values = Enumerable.Range(0, 100_003).Select(_ => (Value: (double)random.Next(2), Weight: 1.0)).ToArray();

        Assert.InRange(MetricNoise.Bootstrap(values), 0.9 * MetricNoise.Wilson(0.5, 100_003), 1.1 * MetricNoise.Wilson(0.5, 100_003));
    }

    [Fact]
    public void Larger_batches_count_more() =>
        Assert.True(MetricNoise.Bootstrap([(0, 1), (9, 1000), (9, 1000), (9, 1000)]) < MetricNoise.Bootstrap([(0, 1), (9, 1), (9, 1), (9, 1)]));
}
