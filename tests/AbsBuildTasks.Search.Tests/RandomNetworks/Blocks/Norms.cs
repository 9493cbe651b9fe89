using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>Normalisations: modules, functions, and by hand.</summary>
internal static class Norms
{
    private static readonly Func<Dice, Signal, Piece?>[] Makers =
    [
        Batch, Batch, Batch, Batch, BatchOfLast, Instance, Group, Layer, LayerOverAll, LayerOverChannels, FunctionalBatch, FunctionalInstance,
        FunctionalGroup, FunctionalLayer, ByHand, RootMeanSquare, Unit, MinusMean, OwnRunningMean,
    ];

    public static Piece Any(Dice dice, Signal x) => dice.First(x, Makers);

    /// <summary>Those that have no state of a functional kind, which users mostly take.</summary>
    public static Piece Usual(Dice dice, Signal x) => dice.First(x, [Batch, Batch, Batch, Batch, BatchOfLast, Instance, Group, Layer]);

    private static Piece? Batch(Dice dice, Signal x)
    {
        if (x.IsLast)
        {
            return null;
        }

        Module<Tensor, Tensor> norm = x.Sides.Count switch
        {
            0 or 1 => BatchNorm1d(x.Channels),
            2 => BatchNorm2d(x.Channels),
            _ => BatchNorm3d(x.Channels),
        };
        return new Piece(norm, x, "BatchNorm");
    }

    private static Piece? BatchOfLast(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 })
        {
            return null;
        }

        var norm = BatchNorm1d(x.Channels);
        return new Piece(new Block("BatchOfLast", (_, input) => norm.call(input.transpose(1, 2)).transpose(1, 2), ("norm", norm)), x, "BatchNorm1d of the transposed");
    }

    private static Piece? Instance(Dice dice, Signal x)
    {
        if (!x.IsFirst || x.Places < 2)
        {
            return null;
        }

        var affine = dice.Chance(0.5);
        Module<Tensor, Tensor> norm = x.Sides.Count switch
        {
            1 => InstanceNorm1d(x.Channels, affine: affine),
            2 => InstanceNorm2d(x.Channels, affine: affine),
            _ => InstanceNorm3d(x.Channels, affine: affine),
        };
        return new Piece(norm, x, $"InstanceNorm(affine {affine})");
    }

    private static Piece? Group(Dice dice, Signal x)
    {
        if (!x.IsFirst || x.Channels % 4 != 0)
        {
            return null;
        }

        var groups = dice.Pick(1, 2, 4);
        var norm = GroupNorm(groups, x.Channels);

        // TorchSharp 0.107 leaves them as they lie in memory.
        _ = init.ones_(norm.weight!);
        _ = init.zeros_(norm.bias!);
        return new Piece(norm, x, $"GroupNorm({groups})");
    }

    private static Piece? Layer(Dice dice, Signal x) =>
        x.IsFirst ? null : new Piece(LayerNorm(x.Channels), x, "LayerNorm");

    private static Piece? LayerOverAll(Dice dice, Signal x) =>
        x.IsVector ? null : new Piece(LayerNorm(x.Shape), x, "LayerNorm over the whole example");

    private static Piece? LayerOverChannels(Dice dice, Signal x)
    {
        if (!x.IsFirst)
        {
            return null;
        }

        var norm = LayerNorm(x.Channels);
        return new Piece(new Block("LayerOverChannels", (_, input) => norm.call(input.movedim([1], [-1])).movedim([-1], [1]), ("norm", norm)), x, "LayerNorm over channels");
    }

    private static Piece? FunctionalBatch(Dice dice, Signal x)
    {
        if (x.IsLast)
        {
            return null;
        }

        var block = new Block("FunctionalBatch", (self, input) => functional.batch_norm(input, self["mean"], self["variance"], self["gamma"], self["beta"], training: self.IsTraining));
        return new Piece(block.With("gamma", ones(x.Channels)).With("beta", zeros(x.Channels)).WithBuffer("mean", zeros(x.Channels)).WithBuffer("variance", ones(x.Channels)), x, "functional.batch_norm with own buffers");
    }

    private static Piece? FunctionalInstance(Dice dice, Signal x) => x.IsFirst && x.Places > 1
        ? new Piece(new Block("FunctionalInstance", (_, input) => functional.instance_norm(input)), x, "functional.instance_norm")
        : null;

    private static Piece? FunctionalGroup(Dice dice, Signal x)
    {
        if (!x.IsFirst || x.Channels % 4 != 0)
        {
            return null;
        }

        var block = new Block("FunctionalGroup", (self, input) => functional.group_norm(input, 4, self["gamma"], self["beta"]));
        return new Piece(block.With("gamma", ones(x.Channels)).With("beta", 0.1 * ones(x.Channels)), x, "functional.group_norm(4)");
    }

    private static Piece? FunctionalLayer(Dice dice, Signal x) => x.IsFirst
        ? null
        : new Piece(new Block("FunctionalLayer", (_, input) => functional.layer_norm(input, [x.Channels])), x, "functional.layer_norm");

    private static Piece? ByHand(Dice dice, Signal x)
    {
        if (x.Places < 2)
        {
            return null;
        }

        var sides = x.SideDimensions;
        var block = new Block("ByHand", (self, input) =>
        {
            var centred = input - input.mean(sides, keepdim: true);
            return (centred / (centred.pow(2).mean(sides, keepdim: true) + 1e-5).sqrt() * x.Along(self["gamma"])) + x.Along(self["beta"]);
        });
        return new Piece(block.With("gamma", ones(x.Channels)).With("beta", zeros(x.Channels)), x, "instance norm by hand");
    }

    private static Piece? RootMeanSquare(Dice dice, Signal x)
    {
        var block = new Block("RootMeanSquare", (self, input) => input * (input.pow(2).mean([x.ChannelDimension], keepdim: true) + 1e-5).rsqrt() * x.Along(self["gamma"]));
        return new Piece(block.With("gamma", ones(x.Channels)), x, "RMS norm");
    }

    private static Piece? Unit(Dice dice, Signal x) =>
        new(new Block("Unit", (_, input) => functional.normalize(input, dim: x.ChannelDimension)), x, "L2 normalisation over channels");

    private static Piece? MinusMean(Dice dice, Signal x)
    {
        if (x.IsVector)
        {
            return null;
        }

        long[] dimensions = dice.Chance(0.5) ? x.SideDimensions : [x.ChannelDimension];
        return new Piece(new Block("MinusMean", (_, input) => input - input.mean(dimensions, keepdim: true)), x, $"minus the mean over [{string.Join(", ", dimensions)}]");
    }

    /// <summary>A buffer of the network's own that training moves.</summary>
    private static Piece? OwnRunningMean(Dice dice, Signal x)
    {
        long[] dimensions = [0, .. x.SideDimensions];
        var block = new Block("OwnRunningMean", (self, input) =>
        {
            var running = self["running"];
            if (self.IsTraining)
            {
                using var noGradient = no_grad();
                _ = running.mul_(0.9).add_(input.detach().mean(dimensions) * 0.1);
            }

            return input - x.Along(running);
        });
        return new Piece(block.WithBuffer("running", zeros(x.Channels)), x, "minus an own running mean");
    }
}
