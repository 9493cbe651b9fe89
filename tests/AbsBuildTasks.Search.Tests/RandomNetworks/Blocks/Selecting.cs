using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>Parameters, masks and choices by value.</summary>
internal static class Selecting
{
    public static readonly Func<Dice, Signal, Piece?>[] Makers = [Scale, Shift, Position, FieldTable, Mask, Above, Largest, BestPlace, BatchBranch];

    private static Piece? Scale(Dice dice, Signal x) =>
        new(new Block("Scale", (self, input) => input * x.Along(self["scale"])).With("scale", linspace(0.5, 1.5, x.Channels)), x, "times a parameter of each channel");

    private static Piece? Shift(Dice dice, Signal x) =>
        new(new Block("Shift", (self, input) => input + x.Along(self["shift"])).With("shift", linspace(-0.2, 0.3, x.Channels)), x, "plus a parameter of each channel");

    private static Piece? Position(Dice dice, Signal x)
    {
        var table = linspace(-0.3, 0.3, x.Shape.Aggregate(1L, (product, side) => product * side)).reshape([1, .. x.Shape]);
        var block = new Block("Position", (self, input) => input + self["position"]);
        return dice.Chance(0.6)
            ? new Piece(block.With("position", table), x, "plus a positional parameter")
            : new Piece(block.WithBuffer("position", table), x, "plus a positional buffer");
    }

    private static Piece? FieldTable(Dice dice, Signal x) => new(new FieldTable(x), x, "plus and times tensors in fields");

    private static Piece? Mask(Dice dice, Signal x)
    {
        if (x.IsVector)
        {
            return null;
        }

        var mask = ones(x.Sides[0]);
        mask[0] = 0;
        var shape = x.IsFirst ? new long[] { 1, 1, x.Sides[0] }.Concat(Enumerable.Repeat(1L, x.Sides.Count - 1)) : [1, x.Sides[0], .. Enumerable.Repeat(1L, x.Sides.Count)];
        return new Piece(new Block("Mask", (self, input) => input * self["mask"]).WithBuffer("mask", mask.reshape([.. shape])), x, "masked along its first side");
    }

    private static Piece? Above(Dice dice, Signal x) => x.IsVector
        ? null
        : new Piece(
            new Block("Above", (_, input) =>
            {
                var mean = input.mean(x.SideDimensions, keepdim: true);
                return where(input > mean, input, 0.2 * mean);
            }),
            x,
            "where above the mean, else a fifth of the mean");

    /// <summary>Keeps the largest channels at each place.</summary>
    private static Piece? Largest(Dice dice, Signal x) => x.Channels >= 4
        ? new Piece(
            new Block("Largest", (_, input) =>
            {
                var least = input.topk(x.Channels / 2, x.ChannelDimension).Item1.amin([x.ChannelDimension], keepdim: true);
                return input * (input >= least).to(ScalarType.Float32);
            }),
            x,
            "the larger half of the channels")
        : null;

    /// <summary>Adds the values of the place where a channel is largest.</summary>
    private static Piece? BestPlace(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 })
        {
            return null;
        }

        return new Piece(
            new Block("BestPlace", (_, input) =>
            {
                var best = input.select(2, 0).argmax(1).reshape(-1, 1, 1).expand(-1, 1, x.Channels);
                return input + input.gather(1, best);
            }),
            x,
            "plus the place where channel 0 is largest");
    }

    private static Piece? BatchBranch(Dice dice, Signal x) =>
        new(new Block("BatchBranch", (_, input) => input.mean().item<float>() > 0 ? 1.5 * input : input + 0.1), x, "1.5 x if the batch's mean is positive, else x + 0.1");
}
