using AbsBuildTasks.Search.Layers;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Layers;

public class WeightLayoutTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void Each_row_is_a_filter_of_a_transposed_convolution(int groups)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var layer = ConvTranspose2d(6, 12, 3, groups: groups, bias: false);
        var layout = new TransposedConvolutionKind().LayoutOf(layer);
        var rows = layout.ToFilters(layer.weight!);

        Assert.Equal([12, 6 / groups, 3, 3], rows.shape);
        Assert.True(layout.FromFilters(rows).equal(layer.weight!).all().item<bool>());

        // Filter 7 alone gives channel 7 alone.
        var one = zeros([12]);
        one[7] = 1;
        var input = rand([1, 6, 4, 4]);
        var whole = layer.call(input);
        _ = layer.weight!.mul_(layout.Along(one, layer.weight!));
        var part = layer.call(input);
        Assert.True(part.select(1, 7).equal(whole.select(1, 7)).all().item<bool>());
        Assert.Equal([7L], part.abs().sum([0, 2, 3]).nonzero().flatten().data<long>().ToArray());
        Assert.Equal([7L], layout.ToFilters(layer.weight!).abs().flatten(1).sum([1]).nonzero().flatten().data<long>().ToArray());
    }
}
