using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Quantization;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Quantization;

public class QuantizationGridTests
{
    [Theory]
    [InlineData(2, 3)]
    [InlineData(4, 15)]
    [InlineData(8, 255)]
    public void A_symmetric_grid_has_zero_and_as_many_levels_on_either_side(int bits, int expected)
    {
        var levels = Levels(QuantizationGrid.Symmetric, bits);

        Assert.Equal(expected, levels.Length);
        Assert.Contains(0f, levels);
        Assert.All(levels, level => Assert.Contains(-level, levels));
        Assert.Equal((1 << (bits - 1)) - 1, levels.Max() / levels.Where(level => level > 0).Min(), 1);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(8, 256)]
    public void An_unsigned_grid_has_zero_one_and_two_to_the_bits_levels(int bits, int expected)
    {
        var levels = Levels(QuantizationGrid.Unsigned, bits);

        Assert.Equal(expected, levels.Length);
        Assert.Equal(0, levels.Min());
        Assert.Equal(1, levels.Max(), 6);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(8, 256)]
    public void A_unit_grid_has_two_to_the_bits_levels_from_minus_one_to_one_without_a_zero(int bits, int expected)
    {
        var levels = Levels(QuantizationGrid.Unit, bits);

        Assert.Equal(expected, levels.Length);
        Assert.Equal(-1, levels.Min(), 6);
        Assert.Equal(1, levels.Max(), 6);
        Assert.DoesNotContain(levels, level => Math.Abs(level) < 1e-4);
    }

    /// <summary>The different values that −1.5 … 1.5 is quantised to at an interval of 1.</summary>
    private static float[] Levels(QuantizationGrid grid, int bits)
    {
        using var scope = NewDisposeScope();
        var quantized = SuperBitOps.Forward(linspace(-1.5, 1.5, 30_001), SuperBitState.Fixed(grid, bits, 1), []);
        return [.. quantized.data<float>().ToArray().Select(value => MathF.Round(value, 6) + 0f).Distinct()];
    }
}
