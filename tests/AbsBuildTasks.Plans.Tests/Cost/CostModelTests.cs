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
        Assert.Equal(10 * 4 * 25 * 100, Macs(Conv, First(10, Conv.Filters), First(4, Conv.InputChannels)));
        Assert.Equal(0, Macs(Conv, First(10, Conv.Filters), First(0, Conv.InputChannels)));
        Assert.Equal(1000 * 4 * 8, CostModel.Bops(1000, 4, 8));
    }

    [Fact]
    public void A_depthwise_filter_sees_one_input_however_many_others_are_dead()
    {
        Assert.Equal(32 * 9 * 49, Depthwise.Macs);
        Assert.Equal(10 * 9 * 49, Macs(Depthwise, First(10, Depthwise.Filters), First(10, Depthwise.InputChannels)));
        Assert.Equal(10 * 9 * 49, Macs(Depthwise, First(10, Depthwise.Filters), First(32, Depthwise.InputChannels)));
    }

    [Fact]
    public void A_grouped_filter_sees_its_own_group_of_inputs()
    {
        var grouped = Conv with { Groups = 2 };

        Assert.Equal(16 * 3 * 25 * 100, grouped.Macs);

        // Filters 0 to 7 see inputs 0 to 2, the others 3 to 5; groups may keep different numbers.
        Assert.Equal(((8 * 3) + (2 * 1)) * 25 * 100, Macs(grouped, First(10, 16), First(4, 6)));
        Assert.Equal(8 * 3 * 25 * 100, Macs(grouped, First(8, 16), First(6, 6)));
        Assert.Equal(0, Macs(grouped, First(8, 16), [false, false, false, true, true, true]));
    }

    [Fact]
    public void Weights_are_packed_and_biases_stay_at_four_bytes()
    {
        Assert.Equal(4 * (16 * 6 * 25 + 16), Conv.FullPrecision(CostKind.Size));
        Assert.Equal((10 * 4 * 25 * 2 / 8) + (10 * 4), SizeBytes(Conv, First(10, Conv.Filters), First(4, Conv.InputChannels), 2));
        Assert.Equal(10 * 4 * 25 * 2 / 8, SizeBytes(Conv with { HasBias = false }, First(10, 16), First(4, 6), 2));
        Assert.Equal(2, SizeBytes(Depthwise, First(1, Depthwise.Filters), First(32, Depthwise.InputChannels), 1));
    }

    [Fact]
    public void Costs_that_do_not_fit_are_errors_and_never_wrong_numbers()
    {
        var huge = Conv with { Filters = int.MaxValue, InputChannels = int.MaxValue };

        Assert.Throws<OverflowException>(() => huge.Macs);
        Assert.Throws<OverflowException>(() => huge.FullPrecision(CostKind.Size));
        Assert.Throws<OverflowException>(() => CostModel.Bops(long.MaxValue / 63, 8, 8));
    }

    [Theory]
    [InlineData(15, 6)]
    [InlineData(17, 6)]
    [InlineData(16, 5)]
    [InlineData(16, 7)]
    public void Filters_and_inputs_the_layer_does_not_have_are_refused(int filters, int inputs) =>
        Assert.Throws<ArgumentException>(() => Macs(Conv, First(1, filters), First(1, inputs)));

    [Property]
    public bool Fewer_filters_inputs_or_bits_never_cost_more(byte kept, byte live, byte bits)
    {
        var (filters, inputs, width) = ((kept % 16) + 1, (live % 6) + 1, (bits % 32) + 1);
        return Products(filters - 1, inputs) < Products(filters, inputs)
            && Products(filters, inputs - 1) < Products(filters, inputs)
            && Bytes(width - 1) < Bytes(width);

        long Products(int some, int few) => Macs(Conv, First(some, 16), First(few, 6));
        long Bytes(int narrow) => SizeBytes(Conv, First(filters, 16), First(inputs, 6), narrow);
    }

    [Property]
    public bool Nothing_pruned_costs_what_the_shape_says(byte groups, byte filters, byte inputs)
    {
        var (g, f, i) = ((groups % 4) + 1, (filters % 5) + 1, (inputs % 5) + 1);
        var layer = Conv with { Groups = g, Filters = g * f, InputChannels = g * i };
        return Macs(layer, First(g * f, g * f), First(g * i, g * i)) == layer.Macs
            && SizeBytes(layer, First(g * f, g * f), First(g * i, g * i), 32) == layer.FullPrecision(CostKind.Size);
    }

    private static long Macs(LayerShape layer, bool[] kept, bool[] live) => CompressedLayer.Of(layer, kept, live, 32, 32).Macs;

    private static long SizeBytes(LayerShape layer, bool[] kept, bool[] live, int weightBits) =>
        CostKind.Size.Of(CompressedLayer.Of(layer, kept, live, weightBits, 32));

    private static bool[] First(int count, int of) => [.. Enumerable.Range(0, of).Select(i => i < count)];
}
