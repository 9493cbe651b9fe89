using AbsBuildTasks.Plans.Cost;

namespace AbsBuildTasks.Plans.Tests.Cost;

public class LayerTimesTests
{
    private static readonly LayerTimes Times = new(
        new([2, 4], [1, 3], [[100, 300], [200, 500]]),
        new([2, 4], [1, 3], [[80, 120], [90, 160]]));

    private static readonly LayerShape Convolution = new() { Name = "c", Kind = "Conv2d", Filters = 4, InputChannels = 3, KernelSize = 9, Positions = 64, Times = Times };

    [Theory]
    [InlineData(4, 3, 32, 32, 500)]
    [InlineData(4, 3, 8, 8, 160)]
    [InlineData(4, 3, 2, 4, 160)]
    [InlineData(4, 3, 8, 16, 500)]
    [InlineData(4, 3, 16, 8, 500)]
    [InlineData(3, 3, 8, 8, 140)]
    [InlineData(3, 2, 8, 8, 112)]
    [InlineData(1, 1, 8, 8, 80)]
    public void A_layer_takes_what_the_table_says_worked_by_hand(int filters, int inputs, int weightBits, int activationBits, long nanoseconds)
    {
        // 3 filters of 2 inputs on integers: half way between (80+120)/2 = 100 and (90+160)/2 = 125, to the even one.
        var layer = CompressedLayer.Of(Convolution, Some(filters, 4), Some(inputs, 3), weightBits, activationBits);

        Assert.Equal(nanoseconds, CostKind.Latency.Of(layer));
    }

    [Fact]
    public void A_layer_that_nobody_has_measured_has_no_latency()
    {
        var whole = CompressedLayer.Whole(Convolution with { Times = null });

        Assert.Equal(0, CostKind.Latency.Of(whole));
        Assert.Equal(default, CostKind.Latency.Slopes(whole));
    }

    [Fact]
    public void Full_precision_is_the_whole_layer_in_floating_point() => Assert.Equal(500, Convolution.FullPrecision(CostKind.Latency));

    [Fact]
    public void Weights_between_the_integers_levels_need_one_bit_less()
    {
        var unit = Convolution with { Times = new(new([4], [3], [[500]]), new([4], [3], [[160]])) { WeightBits = 7 } };

        Assert.Equal(500, CostKind.Latency.Of(CompressedLayer.Whole(unit) with { WeightBits = 8, ActivationBits = 8 }));
        Assert.Equal(160, CostKind.Latency.Of(CompressedLayer.Whole(unit) with { WeightBits = 4, ActivationBits = 8 }));
    }

    [Fact]
    public void A_depthwise_filter_without_its_input_takes_no_time()
    {
        var depthwise = new LayerShape { Name = "d", Kind = "Conv2d", Filters = 4, InputChannels = 4, Groups = 4, KernelSize = 9, Positions = 64, Times = new(new([2, 4], [4], [[100], [200]]), new([2, 4], [4], [[50], [60]])) };

        Assert.Equal(55, CostKind.Latency.Of(CompressedLayer.Of(depthwise, Some(4, 4), Some(3, 4), 8, 8)));
        Assert.Equal(50, CostKind.Latency.Of(CompressedLayer.Of(depthwise, Some(2, 4), Some(4, 4), 8, 8)));
        Assert.Equal(0, CostKind.Latency.Slopes(CompressedLayer.Whole(depthwise)).Input);
    }

    [Fact]
    public void Slopes_are_those_of_the_last_half_of_filters_and_inputs()
    {
        var slopes = CostKind.Latency.Slopes(CompressedLayer.Whole(Convolution) with { WeightBits = 8, ActivationBits = 8 });

        // From 4 filters to 2: 160 to 120. From 3 inputs to 1.5: 160 to 90 + 70 / 4.
        Assert.Equal(20, slopes.Filter);
        Assert.Equal((160 - 107.5) / 1.5, slopes.Input, 1e-9);
        Assert.Equal((0, 0, 0), (slopes.Weight, slopes.WeightBit, slopes.ActivationBit));
    }

    [Fact]
    public void Bits_above_those_of_integers_cost_the_way_down_in_even_steps()
    {
        var slopes = CostKind.Latency.Slopes(CompressedLayer.Whole(Convolution) with { WeightBits = 16, ActivationBits = 12 });

        // 340 ns over 8 and 4 bits, for each of 108 weights.
        Assert.Equal(340.0 / 8 / 108, slopes.WeightBit, 1e-9);
        Assert.Equal(340.0 / 4 / 108, slopes.ActivationBit, 1e-9);
    }

    private static bool[] Some(int count, int of) => [.. Enumerable.Range(0, of).Select(i => i < count)];
}
