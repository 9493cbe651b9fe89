using AbsBuildTasks.Plans.Reports.Charts;
using FsCheck;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Reports.Charts;

public class ScaleTests
{
    [Property]
    public void Every_value_is_between_the_ends_and_every_mark_in_its_place(NonEmptyArray<NormalFloat> numbers, bool mayBeLogarithmic)
    {
        double[] values = [.. numbers.Get.Select(number => number.Get).Select(value => Math.Abs(value) > 1e30 ? Math.Sign(value) * 1e30 : value)];

        var scale = Scale.Of(values, mayBeLogarithmic);

        Assert.All(values, value => Assert.InRange(scale.At(value), -1e-9, 1 + 1e-9));
        Assert.InRange(scale.Ticks.Count, 2, 7);
        Assert.Equal(scale.Ticks.Order(), scale.Ticks);
        Assert.All(scale.Ticks, tick => Assert.InRange(scale.At(tick), -1e-9, 1 + 1e-9));
        Assert.All(scale.Ticks, tick => Assert.InRange(Scale.Text(tick).Length, 1, 8));
    }

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(99.44, 99.44)]
    [InlineData(-1e30, 1e30)]
    [InlineData(1e-300, 2e-300)]
    [InlineData(1e-320, 1e30)]
    public void Constant_and_extreme_values_have_an_axis(double least, double most)
    {
        var scale = Scale.Of([least, most], mayBeLogarithmic: true);

        Assert.InRange(scale.At(least), 0, 1);
        Assert.InRange(scale.At(most), 0, 1);
    }

    [Fact]
    public void A_wide_range_of_positive_values_is_logarithmic_where_that_is_allowed()
    {
        Assert.Equal([0.001, 0.01, 0.1, 1], Scale.Of([0.002, 0.9], mayBeLogarithmic: true).Ticks.Select(tick => Math.Round(tick, 9)));
        Assert.Equal(0, Scale.Of([0.002, 0.9]).Ticks[0]);
    }
}
