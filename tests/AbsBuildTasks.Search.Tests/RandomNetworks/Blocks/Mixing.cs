using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>Pairs of layers around a function.</summary>
internal static class Mixing
{
    public static readonly Func<Dice, Signal, Piece?>[] Makers = [FeedForward, FeedForward, FeedForward, Mixer, Products, InPlace];

    /// <summary>Norm, layer, activation, layer, and the input again.</summary>
    private static Piece? FeedForward(Dice dice, Signal x)
    {
        var norm = Norms.Usual(dice, x);
        var up = Weighted.Layer(dice, x, 12);
        var activation = Activations.Any(dice, up.Output);
        var down = Weighted.Layer(dice, up.Output, x.Channels);
        var post = dice.Chance(0.3);
        return new Piece(
            new Block(
                "FeedForward",
                (_, input) => post
                    ? norm.Module.call(input + down.Module.call(activation.Module.call(up.Module.call(input))))
                    : input + down.Module.call(activation.Module.call(up.Module.call(norm.Module.call(input)))),
                ("norm", norm.Module),
                ("up", up.Module),
                ("activation", activation.Module),
                ("down", down.Module)),
            x,
            $"{(post ? "post" : "pre")}-norm feed-forward ({norm.Text}; {up.Text} - {activation.Text} - {down.Text})");
    }

    /// <summary>A layer over time, and not over channels.</summary>
    private static Piece? Mixer(Dice dice, Signal x)
    {
        if (x.IsVector || x.Places > 24)
        {
            return null;
        }

        var (a, b) = (Linear(x.Places, 8), Linear(8, x.Places));
        return new Piece(
            new Block(
                "Mixer",
                (_, input) =>
                {
                    var t = x.IsFirst ? input.reshape([-1, x.Channels, x.Places]) : input.reshape([-1, x.Places, x.Channels]).transpose(1, 2);
                    t = b.call(functional.gelu(a.call(t)));
                    return input + (x.IsFirst ? t : t.transpose(1, 2)).reshape([-1, .. x.Shape]);
                },
                ("a", a),
                ("b", b)),
            x,
            "mixer over places");
    }

    /// <summary>All products of two projections.</summary>
    private static Piece? Products(Dice dice, Signal x)
    {
        if (!x.IsVector)
        {
            return null;
        }

        var (a, b) = (Linear(x.Channels, 4), Linear(x.Channels, 3));
        return new Piece(
            new Block("Products", (_, input) => (a.call(input).unsqueeze(2) * b.call(input).unsqueeze(1)).flatten(1), ("a", a), ("b", b)),
            x.With(12),
            "outer product of two layers");
    }

    /// <summary>A layer's output, changed where it lies.</summary>
    private static Piece? InPlace(Dice dice, Signal x)
    {
        var layer = Weighted.Layer(dice, x);
        var relu = dice.Chance(0.5);
        return new Piece(
            new Block(
                "InPlace",
                (_, input) =>
                {
                    var y = layer.Module.call(input).mul_(0.7);
                    return relu ? y.relu_() : y.add_(0.1);
                },
                ("layer", layer.Module)),
            layer.Output,
            $"{layer.Text}, times 0.7 and {(relu ? "relu_" : "plus 0.1")} in place");
    }
}
