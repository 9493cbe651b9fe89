using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>Steps, indices and windows: what hides a small change, or what is not a number.</summary>
internal static class Discrete
{
    public static readonly Func<Dice, Signal, Piece?>[] Makers =
    [
        Finite, Numbers, Rounded, Signs, Counted, Hats, Rare, OneHot, Bins, Routed, HardAttention, ByRank, Beyond, Guarded,
    ];

    private static Piece? Finite(Dice dice, Signal x) =>
        new(new Block("Finite", (_, input) => (1.2 * input).nan_to_num(0.1)), x, "nan_to_num");

    /// <summary>The larger of two, of which one that is no number does not count.</summary>
    private static Piece? Numbers(Dice dice, Signal x)
    {
        var stage = Stages.Any(dice, x, x.Channels);
        return new Piece(new Block("Numbers", (_, input) => input.fmax(stage.Module.call(input)), ("stage", stage.Module)), x, $"fmax with {stage.Text}");
    }

    /// <summary>With the gradient of what is not rounded.</summary>
    private static Piece? Rounded(Dice dice, Signal x) =>
        new(new Block("Rounded", (_, input) => input + ((input * 2).round() / 2 - input).detach()), x, "rounded to halves");

    private static Piece? Signs(Dice dice, Signal x) =>
        new(new Block("Signs", (_, input) => input.tanh() + (input.sign() - input.tanh()).detach()), x, "signs");

    /// <summary>How many places are above zero, as a gate.</summary>
    private static Piece? Counted(Dice dice, Signal x)
    {
        if (x.IsVector)
        {
            return null;
        }

        var share = dice.Chance(0.5);
        return new Piece(
            new Block("Counted", (_, input) =>
            {
                var above = (input > 0).to(ScalarType.Float32).mean(x.SideDimensions, keepdim: true);
                return share ? input * above : input + above;
            }),
            x,
            $"{(share ? "times" : "plus")} the share of places above zero");
    }

    /// <summary>Functions of a window each, as splines are made of.</summary>
    private static Piece? Hats(Dice dice, Signal x)
    {
        if (x.Channels > 6)
        {
            return null;
        }

        double[] centres = [-2, 0.4, 1.5];
        var layer = Weighted.Layer(dice, x.With(3 * x.Channels));
        return new Piece(
            new Block(
                "Hats",
                (_, input) => layer.Module.call(cat([.. centres.Select(centre => functional.relu(0.3 - (input - centre).abs()))], x.ChannelDimension)),
                ("layer", layer.Module)),
            layer.Output,
            $"hats around -2, 0.4 and 1.5 - {layer.Text}");
    }

    /// <summary>What few examples pass.</summary>
    private static Piece? Rare(Dice dice, Signal x)
    {
        var bound = dice.Pick(2.0, 4, 10);
        return new Piece(
            new Block("Rare", (_, input) => functional.relu(input) + (3 * functional.relu(input.sum(x.ChannelDimension, keepdim: true).abs() - bound))),
            x,
            FormattableString.Invariant($"relu, plus what the channels' sum exceeds {bound} by"));
    }

    /// <summary>A row of a table for the largest channel.</summary>
    private static Piece? OneHot(Dice dice, Signal x)
    {
        if (x.IsFirst)
        {
            return null;
        }

        var block = new Block("OneHot", (self, input) => input + functional.one_hot(input.argmax(-1), x.Channels).to(ScalarType.Float32).matmul(self["rows"]));
        return new Piece(block.With("rows", linspace(-0.5, 0.5, x.Channels * x.Channels).sin().reshape(x.Channels, x.Channels)), x, "plus a row of a table for the largest channel");
    }

    /// <summary>An embedding of the bin that the first channel falls into.</summary>
    private static Piece? Bins(Dice dice, Signal x)
    {
        if (x.IsFirst)
        {
            return null;
        }

        var embedding = Embedding(4, x.Channels);
        return new Piece(
            new Block("Bins", (self, input) => input + embedding.call(input.select(-1, 0).contiguous().bucketize(self["edges"])), ("embedding", embedding))
                .WithBuffer("edges", tensor(new[] { -0.5f, 0.1f, 0.8f })),
            x,
            "plus an embedding of channel 0's bin");
    }

    /// <summary>One of two layers for each place, by a hard choice.</summary>
    private static Piece? Routed(Dice dice, Signal x)
    {
        var (router, a, b) = (Weighted.Layer(dice, x, 2), Weighted.Layer(dice, x, 8), Weighted.Layer(dice, x, 8));
        var c = x.ChannelDimension;
        return new Piece(
            new Block(
                "Routed",
                (_, input) =>
                {
                    var scores = router.Module.call(input).softmax(c);
                    var first = scores.narrow(c, 0, 1) > scores.narrow(c, 1, 1);
                    return where(first, a.Module.call(input), b.Module.call(input)) * scores.amax([c], keepdim: true);
                },
                ("router", router.Module),
                ("a", a.Module),
                ("b", b.Module)),
            a.Output,
            $"one of two layers for each place: {a.Text}");
    }

    /// <summary>Each place takes the one that it fits best.</summary>
    private static Piece? HardAttention(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 })
        {
            return null;
        }

        var (q, k) = (Linear(x.Channels, 4), Linear(x.Channels, 4));
        return new Piece(
            new Block(
                "HardAttention",
                (_, input) =>
                {
                    var best = q.call(input).matmul(k.call(input).transpose(1, 2)).argmax(-1);
                    return input + input.gather(1, best.unsqueeze(-1).expand(-1, -1, x.Channels));
                },
                ("q", q),
                ("k", k)),
            x,
            "plus the place that fits best");
    }

    /// <summary>Places in the order of their first channel.</summary>
    private static Piece? ByRank(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 })
        {
            return null;
        }

        return new Piece(
            new Block("ByRank", (_, input) => input.gather(1, input.select(-1, 0).argsort(1).unsqueeze(-1).expand(-1, -1, x.Channels))),
            x,
            "places in the order of channel 0");
    }

    /// <summary>Only what is far from zero.</summary>
    private static Piece? Beyond(Dice dice, Signal x)
    {
        var bound = dice.Pick(0.5, 1.5, 6);
        return new Piece(
            new Block("Beyond", (_, input) => where(input.abs() > bound, input, zeros_like(input)) + (0.1 * input)),
            x,
            FormattableString.Invariant($"a tenth, and all of it beyond {bound}"));
    }

    /// <summary>A part that is left out where it is not finite, or too large.</summary>
    private static Piece? Guarded(Dice dice, Signal x)
    {
        var stage = Stages.Any(dice, x, x.Channels);
        return new Piece(
            new Block(
                "Guarded",
                (_, input) =>
                {
                    var y = stage.Module.call(input);
                    return input + where(y.isfinite().logical_and(y.abs() < 50), y, zeros_like(y));
                },
                ("stage", stage.Module)),
            x,
            $"plus what is finite and below 50 of {stage.Text}");
    }
}
