using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>Layers that see something else than the batch in the first dimension, and channels that become places.</summary>
internal static class Folding
{
    public static readonly Func<Dice, Signal, Piece?>[] Makers = [StepsAsBatch, SidesAsBatch, EachChannel, Patches, Windows, Unbatched, GroupsOfChannels, Pairs, EachExample, Chunks];

    /// <summary>Each step of a sequence is an example of its own.</summary>
    private static Piece? StepsAsBatch(Dice dice, Signal x)
    {
        if (!x.IsLast)
        {
            return null;
        }

        var stage = Stages.Any(dice, new Signal(Layout.Last, x.Channels));
        return new Piece(
            new Block("StepsAsBatch", (_, input) => stage.Module.call(input.reshape(-1, x.Channels)).reshape([-1, .. x.With(stage.Output.Channels).Shape]), ("stage", stage.Module)),
            x.With(stage.Output.Channels),
            $"places as examples: {stage.Text}");
    }

    /// <summary>Rows of an image are sequences of their own.</summary>
    private static Piece? SidesAsBatch(Dice dice, Signal x)
    {
        if (x is not { IsFirst: true, Sides.Count: 2 })
        {
            return null;
        }

        var row = new Signal(Layout.First, x.Channels, x.Sides[1]);
        var stage = Stages.Any(dice, row, dice.Width());
        var output = x.With(stage.Output.Channels);
        return new Piece(
            new Block(
                "SidesAsBatch",
                (_, input) =>
                {
                    var rows = input.transpose(1, 2).reshape([-1, .. row.Shape]);
                    return stage.Module.call(rows).reshape(-1, x.Sides[0], output.Channels, x.Sides[1]).transpose(1, 2);
                },
                ("stage", stage.Module)),
            output,
            $"rows as examples: {stage.Text}");
    }

    /// <summary>One layer for every channel by itself.</summary>
    private static Piece? EachChannel(Dice dice, Signal x)
    {
        if (!x.IsFirst || x.Channels > 8)
        {
            return null;
        }

        var stage = Stages.Any(dice, x.With(1), 2);
        return stage.Output.FitsBeside(x)
            ? new Piece(
                new Block("EachChannel", (_, input) => stage.Module.call(input.reshape([-1, .. x.With(1).Shape])).reshape([-1, .. x.With(2 * x.Channels).Shape]), ("stage", stage.Module)),
                x.With(2 * x.Channels),
                $"each channel by itself: {stage.Text}")
            : null;
    }

    /// <summary>Patches of an image as tokens, by reshaping.</summary>
    private static Piece? Patches(Dice dice, Signal x)
    {
        if (x is not { IsFirst: true, Sides.Count: 2 } || x.Sides.Any(side => side % 2 != 0) || x.Channels > 8)
        {
            return null;
        }

        var (h, w) = (x.Sides[0] / 2, x.Sides[1] / 2);
        var layer = Weighted.Linear(dice, new Signal(Layout.Last, 4 * x.Channels, h * w), dice.Width());
        return new Piece(
            new Block(
                "Patches",
                (_, input) => layer.Module.call(input.reshape(-1, x.Channels, h, 2, w, 2).permute(0, 2, 4, 1, 3, 5).reshape(-1, h * w, 4 * x.Channels)),
                ("layer", layer.Module)),
            layer.Output,
            $"patches of 2 x 2 - {layer.Text}");
    }

    /// <summary>Overlapping windows.</summary>
    private static Piece? Windows(Dice dice, Signal x)
    {
        if (x is { IsFirst: true, Sides.Count: 2 } && x.Channels <= 8)
        {
            var tokens = new Signal(Layout.Last, 9 * x.Channels, x.Places);
            var image = Weighted.Linear(dice, tokens, dice.Width());
            return new Piece(new Block("Windows", (_, input) => image.Module.call(functional.unfold(input, 3, padding: 1).transpose(1, 2)), ("layer", image.Module)), image.Output, $"unfold(3) - {image.Text}");
        }

        if (x is not { IsLast: true, Sides.Count: 1 } || x.Sides[0] < 4)
        {
            return null;
        }

        var windows = new Signal(Layout.Last, 3 * x.Channels, x.Sides[0] - 2);
        var layer = Weighted.Linear(dice, windows, dice.Width());
        return new Piece(new Block("Windows", (_, input) => layer.Module.call(input.unfold(1, 3, 1).flatten(2)), ("layer", layer.Module)), layer.Output, $"windows of 3 steps - {layer.Text}");
    }

    /// <summary>A layer on a table that has no batch.</summary>
    private static Piece? Unbatched(Dice dice, Signal x)
    {
        if (!x.IsFirst || x.Sides.Count > 2)
        {
            return null;
        }

        var table = new Signal(Layout.First, 3, x.Sides);
        var first = Weighted.Convolution(dice, table, 8, 3, 1, 1, 1, 1, TorchSharp.PaddingModes.Zeros);
        var second = Weighted.Convolution(dice, first.Output, x.Channels, 1, 1, 0, 1, 1, TorchSharp.PaddingModes.Zeros);
        var block = new Block(
            "Unbatched",
            (self, input) => input + second.Module.call(functional.relu(first.Module.call(self["table"]))),
            ("first", first.Module),
            ("second", second.Module));
        return new Piece(block.With("table", linspace(-1, 1, 3 * x.Places).reshape(table.Shape)), x, $"plus {first.Text} and {second.Text} of a table without a batch");
    }

    /// <summary>Half as many channels, twice as many steps.</summary>
    private static Piece? GroupsOfChannels(Dice dice, Signal x) => x is { IsLast: true, Sides.Count: 1 } && x.Channels % 2 == 0 && x.Channels >= 8
        ? new Piece(
            new Block("GroupsOfChannels", (_, input) => input.reshape(-1, 2 * x.Sides[0], x.Channels / 2)),
            new Signal(Layout.Last, x.Channels / 2, 2 * x.Sides[0]),
            "half of the channels as further steps")
        : null;

    /// <summary>Each pair of places.</summary>
    private static Piece? Pairs(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 } || x.Sides[0] > 7)
        {
            return null;
        }

        var stage = Stages.Any(dice, new Signal(Layout.Last, 2 * x.Channels, x.Sides[0], x.Sides[0]));
        return new Piece(
            new Block(
                "Pairs",
                (_, input) =>
                {
                    var time = input.shape[1];
                    var (a, b) = (input.unsqueeze(1).expand(-1, time, time, x.Channels), input.unsqueeze(2).expand(-1, time, time, x.Channels));
                    return stage.Module.call(cat([a, b], -1)).sum(2);
                },
                ("stage", stage.Module)),
            x.With(stage.Output.Channels),
            $"sum over pairs of places: {stage.Text}");
    }

    /// <summary>A layer for one example at a time.</summary>
    private static Piece? EachExample(Dice dice, Signal x)
    {
        var layer = Weighted.Layer(dice, x);
        var whole = dice.Chance(0.5);
        return new Piece(
            new Block(
                "EachExample",
                (_, input) => whole
                    ? cat([.. input.split(1).Select(layer.Module.call)])
                    : stack(input.unbind(0).Select(layer.Module.call)),
                ("layer", layer.Module)),
            layer.Output,
            $"{layer.Text} for {(whole ? "a batch of" : "")} one example at a time");
    }

    /// <summary>The batch in two parts, and in another order.</summary>
    private static Piece? Chunks(Dice dice, Signal x)
    {
        var stage = Weighted.Layer(dice, x);
        return new Piece(
            new Block("Chunks", (_, input) => cat([.. input.flip(0).chunk(2, 0).Select(stage.Module.call)], 0).flip(0), ("stage", stage.Module)),
            stage.Output,
            $"{stage.Text} for the batch in two parts");
    }
}
