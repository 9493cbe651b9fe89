using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>Layers whose output scales or shifts.</summary>
internal static class Gating
{
    public static readonly Func<Dice, Signal, Piece?>[] Makers = [SqueezeExcite, SqueezeExcite, Film, Spatial, Learned, Table, Experts, Highway];

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
