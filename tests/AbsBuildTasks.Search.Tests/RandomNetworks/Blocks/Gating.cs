using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>What scales, shifts and selects.</summary>
internal static class Gating
{
    public static readonly Func<Dice, Signal, Piece?>[] Makers =
    [
        Scale, Shift, Position, SqueezeExcite, SqueezeExcite, Film, Spatial, Learned, Table, FieldTable, Mask, Above, Largest, BestPlace, BatchBranch, Experts, Highway,
    ];

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

    private static Piece? SqueezeExcite(Dice dice, Signal x)
    {
        if (x.IsVector)
        {
            return null;
        }

        if (x.IsFirst && dice.Chance(0.5))
        {
            var narrow = new Signal(Layout.First, x.Channels, [.. x.Sides.Select(_ => 1)]);
            var squeeze = Weighted.Convolution(dice, narrow, 4, 1, 1, 0, 1, 1, TorchSharp.PaddingModes.Zeros);
            var excite = Weighted.Convolution(dice, squeeze.Output, x.Channels, 1, 1, 0, 1, 1, TorchSharp.PaddingModes.Zeros);
            return new Piece(
                new Block(
                    "SqueezeExcite",
                    (_, input) => input * excite.Module.call(functional.relu(squeeze.Module.call(input.mean(x.SideDimensions, keepdim: true)))).sigmoid(),
                    ("squeeze", squeeze.Module),
                    ("excite", excite.Module)),
                x,
                $"squeeze-excite of {squeeze.Text} and {excite.Text}");
        }

        var (down, up) = (Linear(x.Channels, 4), Linear(4, x.Channels));
        return new Piece(
            new Block("SqueezeExcite", (_, input) => input * x.Along(functional.hardsigmoid(up.call(functional.relu(down.call(input.mean(x.SideDimensions)))))), ("down", down), ("up", up)),
            x,
            "squeeze-excite of linear layers");
    }

    private static Piece? Film(Dice dice, Signal x)
    {
        if (x.IsVector)
        {
            return null;
        }

        var both = Linear(x.Channels, 2 * x.Channels);
        return new Piece(
            new Block(
                "Film",
                (_, input) =>
                {
                    var parts = both.call(input.mean(x.SideDimensions)).chunk(2, 1);
                    return (input * (1 + x.Along(parts[0]))) + x.Along(parts[1]);
                },
                ("both", both)),
            x,
            "FiLM from its own mean");
    }

    private static Piece? Spatial(Dice dice, Signal x)
    {
        var gate = Weighted.Layer(dice, x, filters: 1);
        return new Piece(new Block("Spatial", (_, input) => input * gate.Module.call(input).sigmoid(), ("gate", gate.Module)), x, $"times the sigmoid of {gate.Text}");
    }

    /// <summary>A learned query that no example has a part in, through a layer.</summary>
    private static Piece? Learned(Dice dice, Signal x)
    {
        var (hidden, scale) = (Linear(6, 8), Linear(8, x.Channels));
        var block = new Block("Learned", (self, input) => input * x.Along(scale.call(functional.relu(hidden.call(self["query"])))), ("hidden", hidden), ("scale", scale));
        return new Piece(block.With("query", linspace(-1, 1, 6).reshape(1, 6)), x, "times two layers of a learned query [1, 6]");
    }

    /// <summary>A bias from a table without a batch, through layers.</summary>
    private static Piece? Table(Dice dice, Signal x)
    {
        if (x.IsVector)
        {
            return null;
        }

        var (hidden, bias) = (Linear(2, 8), Linear(8, x.IsFirst ? 1 : x.Channels));
        var places = x.Places;
        var table = stack([linspace(-1, 1, places), linspace(-1, 1, places).cos()], 1);
        var block = new Block(
            "Table",
            (self, input) =>
            {
                var value = bias.call(functional.relu(hidden.call(self["table"])));
                return input + (x.IsFirst ? value.reshape([1, 1, .. x.Shape[1..]]) : value.reshape([1, .. x.Shape]));
            },
            ("hidden", hidden),
            ("bias", bias));
        return new Piece(block.WithBuffer("table", table), x, $"plus two layers of a table [{places}, 2]");
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

    private static Piece? Experts(Dice dice, Signal x)
    {
        if (x.IsFirst)
        {
            return null;
        }

        var (router, a, b) = (Linear(x.Channels, 2), Linear(x.Channels, 8), Linear(x.Channels, 8));
        return new Piece(
            new Block(
                "Experts",
                (_, input) =>
                {
                    var share = router.call(input).softmax(-1);
                    return (share.narrow(-1, 0, 1) * functional.relu(a.call(input))) + (share.narrow(-1, 1, 1) * functional.relu(b.call(input)));
                },
                ("router", router),
                ("a", a),
                ("b", b)),
            x.With(8),
            "two experts by shares");
    }

    private static Piece? Highway(Dice dice, Signal x)
    {
        var (gate, value) = (Weighted.Layer(dice, x, x.Channels), Weighted.Layer(dice, x, x.Channels));
        return new Piece(
            new Block(
                "Highway",
                (_, input) =>
                {
                    var open = gate.Module.call(input).sigmoid();
                    return (open * functional.relu(value.Module.call(input))) + ((1 - open) * input);
                },
                ("gate", gate.Module),
                ("value", value.Module)),
            x,
            $"highway of {gate.Text} and {value.Text}");
    }
}
