using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>Weights that no convolution or linear layer holds alone, and layers that evaluation does not run.</summary>
internal static class OwnWeights
{
    public static readonly Func<Dice, Signal, Piece?>[] Makers = [Functional, Functional, TwoSided, Tied, OnlyInTraining, Twins, ByForward];

    /// <summary>A parameter through a functional layer.</summary>
    private static Piece? Functional(Dice dice, Signal x)
    {
        var weight = (rand(8, x.Channels) - 0.5) * 1.5 / Math.Sqrt(x.Channels);
        if (!x.IsFirst)
        {
            return new Piece(new Block("Own", (self, input) => functional.linear(input, self["kernel"])).With("kernel", weight), x.With(8), "functional.linear with a parameter");
        }

        return x.Sides.Count == 2
            ? new Piece(new Block("Own", (self, input) => functional.conv2d(input, self["kernel"].reshape(8, x.Channels, 1, 1))).With("kernel", weight), x.With(8), "functional.conv2d with a parameter")
            : null;
    }

    private static Piece? TwoSided(Dice dice, Signal x)
    {
        if (!x.IsVector)
        {
            return null;
        }

        var (layer, bilinear) = (Linear(x.Channels, 8), Bilinear(8, x.Channels, 8));
        return new Piece(new Block("TwoSided", (_, input) => bilinear.call(functional.relu(layer.call(input)), input), ("layer", layer), ("bilinear", bilinear)), x.With(8), "Bilinear of a layer and its input");
    }

    /// <summary>A layer's weight is used once more, the other way round.</summary>
    private static Piece? Tied(Dice dice, Signal x)
    {
        if (x.IsFirst || !dice.Chance(0.3))
        {
            return null;
        }

        var encode = Linear(x.Channels, 8);
        return new Piece(
            new Block("Tied", (_, input) => functional.linear(functional.relu(encode.call(input)), encode.weight!.t()), ("encode", encode)),
            x,
            "Linear and back by its own weight")
        {
            TrueReasons = [AbsCodes.UnsupportedLayer],
        };
    }

    private static Piece? OnlyInTraining(Dice dice, Signal x)
    {
        if (!dice.Chance(0.2))
        {
            return null;
        }

        var (layer, aside) = (Weighted.Layer(dice, x, x.Channels), Weighted.Layer(dice, x, x.Channels));
        return new Piece(
            new Block("OnlyInTraining", (self, input) => layer.Module.call(input) + (self.IsTraining ? 0.1 * aside.Module.call(input) : 0), ("layer", layer.Module), ("aside", aside.Module)),
            x,
            $"{layer.Text}, in training with {aside.Text}")
        {
            TrueReasons = [AbsCodes.LayerNotCalled],
            IsNoisy = true,
        };
    }

    /// <summary>A layer run in a way that no hook sees, or not at all.</summary>
    private static Piece? ByForward(Dice dice, Signal x)
    {
        if (!dice.Chance(0.2))
        {
            return null;
        }

        var (layer, aside) = (Weighted.Layer(dice, x), Weighted.Layer(dice, x));
        var unused = dice.Chance(0.5);
        return new Piece(
            new Block("ByForward", (_, input) => unused ? layer.Module.call(input) : layer.Module.forward(input), unused ? [("layer", layer.Module), ("aside", aside.Module)] : [("layer", layer.Module)]),
            layer.Output,
            $"{layer.Text} {(unused ? "beside a layer that never runs" : "by forward()")}")
        {
            TrueReasons = [AbsCodes.LayerNotCalled],
        };
    }

    /// <summary>The same layers by themselves and in a Sequential, under two names each.</summary>
    private static Piece? Twins(Dice dice, Signal x)
    {
        var first = Weighted.Layer(dice, x);
        var second = Weighted.Layer(dice, first.Output);
        var all = Sequential(first.Module, ReLU(), second.Module);
        var whole = dice.Chance(0.5);
        return new Piece(
            new Block(
                "Twins",
                (_, input) => whole ? all.call(input) : second.Module.call(functional.relu(first.Module.call(input))),
                ("first", first.Module),
                ("second", second.Module),
                ("all", all)),
            second.Output,
            $"{first.Text} - ReLU - {second.Text}, in fields and in a Sequential, of which the {(whole ? "Sequential" : "fields")} run");
    }
}
