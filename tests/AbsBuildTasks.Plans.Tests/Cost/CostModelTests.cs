using AbsBuildTasks.Plans.Cost;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Cost;

public class CostModelTests
{
    private static readonly LayerShape Conv = new() { Name = "c", Kind = "Conv2d", Filters = 16, InputChannels = 6, KernelSize = 25, Positions = 100, HasBias = true };

    private static readonly LayerShape Depthwise = new() { Name = "d", Kind = "Conv2d", Filters = 32, InputChannels = 32, Groups = 32, KernelSize = 9, Positions = 49 };

    [Fact]
    public void Only_kept_filters_and_live_inputs_cost()
    {
        Assert.Equal(16 * 6 * 25 * 100, Conv.Macs);
        Assert.Equal(10 * 4 * 25 * 100, CostModel.Macs(Conv, 10, 4));
        Assert.Equal(0, CostModel.Macs(Conv, 10, 0));
        Assert.Equal(1000 * 4 * 8, CostModel.Bops(1000, 4, 8));
    }

    [Fact]
    public void A_depthwise_filter_sees_one_input_however_many_others_are_dead()
    {
        Assert.Equal(32 * 9 * 49, Depthwise.Macs);
        Assert.Equal(10 * 9 * 49, CostModel.Macs(Depthwise, 10, 10));
        Assert.Equal(10 * 9 * 49, CostModel.Macs(Depthwise, 10, 32));
    }

    [Fact]
    public void A_grouped_filter_sees_its_own_group_of_inputs()
    {
        var grouped = Conv with { Groups = 2 };

        Assert.Equal(16 * 3 * 25 * 100, grouped.Macs);
        Assert.Equal(8 * 2 * 25 * 100, CostModel.Macs(grouped, 8, 4));
    }

    [Fact]
    public void Weights_are_packed_and_biases_stay_at_four_bytes()
    {
        Assert.Equal(4 * (16 * 6 * 25 + 16), Conv.FullPrecisionSizeBytes);
        Assert.Equal((10 * 4 * 25 * 2 / 8) + (10 * 4), CostModel.SizeBytes(Conv, 10, 4, 2));
        Assert.Equal(10 * 4 * 25 * 2 / 8, CostModel.SizeBytes(Conv with { HasBias = false }, 10, 4, 2));
        Assert.Equal(2, CostModel.SizeBytes(Depthwise, 1, 32, 1));
    }

    [Fact]
    public void Costs_that_do_not_fit_are_errors_and_never_wrong_numbers()
    {
        var huge = Conv with { Filters = int.MaxValue, InputChannels = int.MaxValue };

        Assert.Throws<OverflowException>(() => huge.Macs);
        Assert.Throws<OverflowException>(() => huge.FullPrecisionSizeBytes);
        Assert.Throws<OverflowException>(() => CostModel.Bops(long.MaxValue / 63, 8, 8));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(17, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 7)]
    public void Counts_the_layer_does_not_have_are_refused(long kept, long live) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CostModel.Macs(Conv, kept, live));

    [Property]
    public bool Fewer_filters_inputs_or_bits_never_cost_more(byte kept, byte live, byte bits)
    {
        var (filters, inputs, width) = ((kept % 16) + 1, (live % 6) + 1, (bits % 32) + 1);
        return CostModel.Macs(Conv, filters - 1, inputs) < CostModel.Macs(Conv, filters, inputs)
            && CostModel.Macs(Conv, filters, inputs - 1) < CostModel.Macs(Conv, filters, inputs)
            && CostModel.SizeBytes(Conv, filters, inputs, width - 1) < CostModel.SizeBytes(Conv, filters, inputs, width);
    }
}
