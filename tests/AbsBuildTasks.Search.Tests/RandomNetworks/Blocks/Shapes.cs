using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>What moves values to other places: pads, pools, shuffles, other layouts.</summary>
internal static class Shapes
{
    public static readonly Func<Dice, Signal, Piece?>[] Makers =
    [
        Pad, Pool, Pool, Upsample, PixelShuffle, PixelUnshuffle, ChannelShuffle, Roll, Flip, Turn, ToLast, ToFirst, Step, Sort, Cumulate, Differences,
    ];

    /// <summary>A pad and a convolution without one.</summary>
    private static Piece? Pad(Dice dice, Signal x)
    {
        if (!x.IsFirst || x.Sides.Count > 2 || x.Sides.Min() < 2)
        {
            return null;
        }

        var pads = Enumerable.Repeat(1L, 2 * x.Sides.Count).ToArray();
        var (name, pad) = dice.Pick<(string, Func<Tensor, Tensor>)>(
            ("zero", input => functional.pad(input, pads)),
            ("0.7", input => functional.pad(input, pads, TorchSharp.PaddingModes.Constant, 0.7)),
            ("reflect", input => functional.pad(input, pads, TorchSharp.PaddingModes.Reflect)),
            ("replicate", input => functional.pad(input, pads, TorchSharp.PaddingModes.Replicate)));
        var padded = x with { Sides = [.. x.Sides.Select(side => side + 2)] };
        var layer = Weighted.Convolution(dice, padded, dice.Width(), 3, 1, 0, 1, 1, TorchSharp.PaddingModes.Zeros);
        return new Piece(new Block("Padded", (_, input) => layer.Module.call(pad(input)), ("layer", layer.Module)), layer.Output, $"pad {name} - {layer.Text}");
    }

    private static Piece? Pool(Dice dice, Signal x)
    {
        if (!x.IsFirst || x.Sides.Count > 2 || x.Sides.Min() < 4)
        {
            return null;
        }

        var output = x with { Sides = [.. x.Sides.Select(side => side / 2)] };
        if (x.Sides.Count == 1)
        {
            return dice.Pick(
                new Piece(MaxPool1d(2), output, "MaxPool1d"),
                new Piece(AvgPool1d(2), output, "AvgPool1d"),
                new Piece(new Block("Every", (_, input) => input.slice(2, 0, output.Sides[0] * 2, 2)), output, "every second"));
        }

        return dice.Pick(
            new Piece(MaxPool2d(2), output, "MaxPool2d"),
            new Piece(AvgPool2d(2), output, "AvgPool2d"),
            new Piece(AdaptiveAvgPool2d((output.Sides[0], output.Sides[1])), output, "AdaptiveAvgPool2d"),
            new Piece(new Block("Pool", (_, input) => functional.max_pool2d(-input, 2)), output, "max_pool2d of the negative"),
            new Piece(new Block("Pool", (_, input) => functional.avg_pool2d(input, 2) + functional.max_pool2d(input, 2)), output, "avg_pool2d + max_pool2d"));
    }

    private static Piece? Upsample(Dice dice, Signal x)
    {
        if (x is not { IsFirst: true, Sides.Count: 2 } || x.Places > 20)
        {
            return null;
        }

        var output = x with { Sides = [.. x.Sides.Select(side => side * 2)] };
        return dice.Pick(
            new Piece(nn.Upsample(scale_factor: [2, 2]), output, "Upsample"),
            new Piece(nn.Upsample(scale_factor: [2, 2], mode: UpsampleMode.Bilinear), output, "Upsample(bilinear)"),
            new Piece(new Block("Up", (_, input) => functional.interpolate(input, scale_factor: [2, 2])), output, "interpolate"));
    }

    private static Piece? PixelShuffle(Dice dice, Signal x) => x is { IsFirst: true, Sides.Count: 2 } && x.Channels % 4 == 0 && x.Channels >= 8 && x.Places <= 20
        ? new Piece(new Block("Shuffle", (_, input) => functional.pixel_shuffle(input, 2)), new Signal(Layout.First, x.Channels / 4, [.. x.Sides.Select(side => side * 2)]), "pixel_shuffle(2)")
        : null;

    private static Piece? PixelUnshuffle(Dice dice, Signal x) => x is { IsFirst: true, Sides.Count: 2, Channels: <= 4 } && x.Sides.All(side => side % 2 == 0)
        ? new Piece(new Block("Unshuffle", (_, input) => functional.pixel_unshuffle(input, 2)), new Signal(Layout.First, x.Channels * 4, [.. x.Sides.Select(side => side / 2)]), "pixel_unshuffle(2)")
        : null;

    private static Piece? ChannelShuffle(Dice dice, Signal x)
    {
        if (!x.IsFirst || x.Channels % 2 != 0)
        {
            return null;
        }

        return new Piece(
            new Block("ChannelShuffle", (_, input) => input.reshape([-1, 2, x.Channels / 2, .. x.Shape[1..]]).transpose(1, 2).contiguous().reshape([-1, .. x.Shape])),
            x,
            "channel shuffle");
    }

    private static Piece? Roll(Dice dice, Signal x)
    {
        var dimension = dice.Pick([(long)x.ChannelDimension, .. x.SideDimensions]);
        return new Piece(new Block("Roll", (_, input) => input.roll(1, dimension)), x, $"roll along {dimension}");
    }

    private static Piece? Flip(Dice dice, Signal x)
    {
        var dimension = dice.Pick([(long)x.ChannelDimension, .. x.SideDimensions]);
        return new Piece(new Block("Flip", (_, input) => input.flip(dimension)), x, $"flip along {dimension}");
    }

    /// <summary>Swaps the sides of an image; in another layout, channels and time.</summary>
    private static Piece? Turn(Dice dice, Signal x)
    {
        if (x.Sides.Count == 2)
        {
            var (a, b) = (x.SideDimensions[0], x.SideDimensions[1]);
            return new Piece(new Block("Turn", (_, input) => input.transpose(a, b)), x with { Sides = [x.Sides[1], x.Sides[0]] }, "sides transposed");
        }

        return x.Sides.Count == 1 && x.Sides[0] >= 4
            ? new Piece(new Block("Turn", (_, input) => input.transpose(1, 2)), new Signal(x.IsFirst ? Layout.First : Layout.Last, x.Sides[0], x.Channels), "channels and time transposed")
            : null;
    }

    private static Piece? ToLast(Dice dice, Signal x)
    {
        if (!x.IsFirst)
        {
            return null;
        }

        return dice.Chance(0.5)
            ? new Piece(new Block("ToTokens", (_, input) => input.flatten(2).transpose(1, 2)), new Signal(Layout.Last, x.Channels, x.Places), "flatten(2).transpose(1, 2)")
            : new Piece(new Block("ToLast", (_, input) => input.movedim([1], [-1])), x with { Layout = Layout.Last }, "channels last");
    }

    private static Piece? ToFirst(Dice dice, Signal x) => x.IsLast && x.Sides.Count < 3
        ? new Piece(new Block("ToFirst", (_, input) => input.movedim([-1], [1]).contiguous()), x with { Layout = Layout.First }, "channels first")
        : null;

    /// <summary>Adds each place's neighbour.</summary>
    private static Piece? Step(Dice dice, Signal x)
    {
        if (x.IsVector || x.Sides[0] < 3)
        {
            return null;
        }

        var dimension = x.SideDimensions[0];
        var sides = x.Sides.ToArray();
        sides[0]--;
        return new Piece(new Block("Step", (_, input) => input.narrow(dimension, 1, sides[0]) + (0.5 * input.narrow(dimension, 0, sides[0]))), x with { Sides = sides }, "each with its neighbour");
    }

    private static Piece? Sort(Dice dice, Signal x)
    {
        var dimension = dice.Pick([(long)x.ChannelDimension, .. x.SideDimensions]);
        return new Piece(new Block("Sort", (_, input) => input.sort(dimension).Item1), x, $"sorted along {dimension}");
    }

    private static Piece? Cumulate(Dice dice, Signal x)
    {
        var dimension = dice.Pick([(long)x.ChannelDimension, .. x.SideDimensions]);
        return new Piece(new Block("Cumulate", (_, input) => 0.5 * input.cumsum(dimension)), x, $"cumsum along {dimension}");
    }

    private static Piece? Differences(Dice dice, Signal x) => x.Channels >= 8
        ? new Piece(
            new Block("Differences", (_, input) => input.narrow(x.ChannelDimension, 0, x.Channels - 1) - input.narrow(x.ChannelDimension, 1, x.Channels - 1)),
            x.With(x.Channels - 1),
            "differences of neighbouring channels")
        : null;
}
