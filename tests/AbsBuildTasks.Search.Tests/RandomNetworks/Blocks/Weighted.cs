using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>Layers with weights, alone.</summary>
internal static class Weighted
{
    /// <summary>A convolution or linear layer that keeps the sides.</summary>
    public static Piece Layer(Dice dice, Signal x, int? filters = null)
    {
        var width = filters ?? dice.Width();
        return x.IsFirst ? Convolution(dice, x, width) : Linear(dice, x, width);
    }

    public static Piece Linear(Dice dice, Signal x, int filters)
    {
        var bias = dice.Chance(0.7);
        return new Piece(nn.Linear(x.Channels, filters, hasBias: bias), x.With(filters), $"Linear({x.Channels}, {filters}{(bias ? "" : ", no bias")})");
    }

    /// <summary>Of any number of dimensions, grouped by chance.</summary>
    public static Piece Convolution(Dice dice, Signal x, int filters)
    {
        var kernel = dice.Pick(1, 3, 3);
        var dilation = kernel == 3 && x.Sides.Min() > 4 && dice.Chance(0.1) ? 2 : 1;
        var groups = x.Channels % 2 == 0 && filters % 2 == 0 && dice.Chance(0.15) ? 2 : 1;
        var mode = kernel == 3 && x.Sides.Count < 3 && x.Sides.Min() > 2 && dice.Chance(0.1) ? dice.Pick(PaddingModes.Reflect, PaddingModes.Replicate, PaddingModes.Circular) : PaddingModes.Zeros;
        return Convolution(dice, x, filters, kernel, 1, kernel / 2 * dilation, dilation, groups, mode);
    }

    /// <summary>One filter, or several, for each channel.</summary>
    public static Piece? Depthwise(Dice dice, Signal x) => x.IsFirst ? Convolution(dice, x, x.Channels * (x.Channels <= 8 && dice.Chance(0.2) ? 2 : 1), 3, 1, 1, 1, x.Channels, PaddingModes.Zeros) : null;

    /// <summary>A kernel that is not a square.</summary>
    public static Piece? Oblong(Dice dice, Signal x)
    {
        if (x is not { IsFirst: true, Sides.Count: 2 } || x.Sides[1] < 4)
        {
            return null;
        }

        var filters = dice.Width();
        return dice.Pick(
            new Piece(Conv2d(x.Channels, filters, (1, 3), (1, 2), (0, 1)), new Signal(Layout.First, filters, x.Sides[0], ((x.Sides[1] - 1) / 2) + 1), $"Conv2d({x.Channels}, {filters}, (1, 3), stride (1, 2))"),
            new Piece(Conv2d(x.Channels, filters, 3, Padding.Same), x.With(filters), $"Conv2d({x.Channels}, {filters}, 3, padding same)"),
            new Piece(Conv2d(x.Channels, filters, 2, Padding.Valid), new Signal(Layout.First, filters, x.Sides[0] - 1, x.Sides[1] - 1), $"Conv2d({x.Channels}, {filters}, 2, padding valid)"));
    }

    public static Piece? Strided(Dice dice, Signal x) => x.IsFirst && x.Sides.Min() >= 4 ? Convolution(dice, x, dice.Width(), 3, 2, 1, 1, 1, PaddingModes.Zeros) : null;

    /// <summary>Doubles the sides.</summary>
    public static Piece? Transposed(Dice dice, Signal x)
    {
        if (!x.IsFirst || x.Places > 40)
        {
            return null;
        }

        var (filters, bias) = (dice.Width(), dice.Chance(0.6));
        var groups = x.Channels % 2 == 0 && dice.Chance(0.25) ? 2 : 1;
        Module<Tensor, Tensor> layer = x.Sides.Count switch
        {
            1 => ConvTranspose1d(x.Channels, filters, 2, stride: 2, groups: groups, bias: bias),
            2 => ConvTranspose2d(x.Channels, filters, 2, stride: 2, groups: groups, bias: bias),
            _ => ConvTranspose3d(x.Channels, filters, 2, stride: 2, groups: groups, bias: bias),
        };
        return new Piece(layer, new Signal(Layout.First, filters, [.. x.Sides.Select(side => side * 2)]), $"ConvTranspose{x.Sides.Count}d({x.Channels}, {filters}, 2, stride 2, groups {groups}{(bias ? "" : ", no bias")})");
    }

    public static Piece Convolution(Dice dice, Signal x, int filters, int kernel, int stride, int padding, int dilation, int groups, PaddingModes mode)
    {
        var bias = dice.Chance(0.6);
        Module<Tensor, Tensor> layer = x.Sides.Count switch
        {
            1 => Conv1d(x.Channels, filters, kernel, stride, padding, dilation, mode, groups, bias),
            2 => Conv2d(x.Channels, filters, kernel, stride, padding, dilation, mode, groups, bias),
            _ => Conv3d(x.Channels, filters, kernel, stride, padding, dilation, mode, groups, bias),
        };
        var sides = x.Sides.Select(side => ((side + (2 * padding) - (dilation * (kernel - 1)) - 1) / stride) + 1);
        return new Piece(
            layer,
            new Signal(Layout.First, filters, [.. sides]),
            $"Conv{x.Sides.Count}d({x.Channels}, {filters}, {kernel}, stride {stride}, padding {padding} {mode}, dilation {dilation}, groups {groups}{(bias ? "" : ", no bias")})");
    }
}
