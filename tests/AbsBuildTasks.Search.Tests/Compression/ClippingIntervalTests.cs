using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Quantization;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Compression;

public class ClippingIntervalTests
{
    [Fact]
    public void Values_that_lie_on_a_grid_get_its_interval()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(3, ClippingInterval.Fit(tensor([0f, 1f, 2f, 3f]), QuantizationGrid.Unsigned, 2), 5);
    }

    [Fact]
    public void Few_bits_clip_the_tails_and_many_bits_keep_them()
    {
        _ = manual_seed(1);
        using var scope = NewDisposeScope();
        var values = randn([100_000]);
        var largest = values.abs().max().item<float>();

        var (two, eight) = (ClippingInterval.Fit(values, QuantizationGrid.Symmetric, 2), ClippingInterval.Fit(values, QuantizationGrid.Symmetric, 8));

        // The best three levels for a normal distribution lie at ±1.22 σ, which is ⅔ of the interval.
        Assert.InRange(two, 1.7, 2.0);
        Assert.InRange(eight, 0.8 * largest, largest * 1.0001);
    }

    [Fact]
    public void Zeros_get_a_positive_interval() =>
        Assert.True(ClippingInterval.Fit(zeros([10]), QuantizationGrid.Symmetric, 4) > 0);
}
