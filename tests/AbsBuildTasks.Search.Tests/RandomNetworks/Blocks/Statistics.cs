using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>What mixes channels or places without a layer.</summary>
internal static class Statistics
{
    public static readonly Func<Dice, Signal, Piece?>[] Makers =
    [
        BatchCentre, MeanAndLargest, Maxout, Double, Fourier, Noise, NearbyChannels, NoRunning, Running, Detached, Context, Sum, Quantile, Interleave, Codes, Gram, Scatter,
    ];

    /// <summary>The batch's own mean, in evaluation too.</summary>
    private static Piece? BatchCentre(Dice dice, Signal x) =>
        new(new Block("BatchCentre", (_, input) => input - (0.5 * input.mean([0], keepdim: true))), x, "minus half of the batch's mean");

    /// <summary>A gate over places from the mean and the largest of the channels.</summary>
    private static Piece? MeanAndLargest(Dice dice, Signal x)
    {
        if (x is not { IsFirst: true, Sides.Count: 2 })
        {
            return null;
        }

        var layer = Weighted.Convolution(dice, x.With(2), 1, 3, 1, 1, 1, 1, TorchSharp.PaddingModes.Zeros);
        return new Piece(
            new Block("MeanAndLargest", (_, input) => input * layer.Module.call(cat([input.mean([1L], keepdim: true), input.amax([1], keepdim: true)], 1)).sigmoid(), ("layer", layer.Module)),
            x,
            $"gated by {layer.Text} of the channels' mean and largest");
    }

    private static Piece? Maxout(Dice dice, Signal x)
    {
        if (x.Channels % 2 != 0 || x.Channels < 8)
        {
            return null;
        }

        var c = x.ChannelDimension;
        return new Piece(
            new Block("Maxout", (_, input) =>
            {
                var parts = input.split(x.Channels / 2, c);
                return parts[0].maximum(parts[1]);
            }),
            x.With(x.Channels / 2),
            "maxout of halves");
    }

    private static Piece? Double(Dice dice, Signal x) =>
        new(new Block("Double", (_, input) => (input.to(ScalarType.Float64) * 1.5).tanh().to(ScalarType.Float32)), x, "tanh(1.5 x) in double precision");

    private static Piece? Fourier(Dice dice, Signal x) => x.Sides.Count == 1
        ? new Piece(
            new Block("Fourier", (_, input) => fft.irfft(fft.rfft(input, dim: x.SideDimensions[0]) * 0.8, n: x.Sides[0], dim: x.SideDimensions[0]) + (0.1 * fft.rfft(input, dim: x.SideDimensions[0]).abs().sum(x.SideDimensions[0], keepdim: true))),
            x,
            "from its spectrum")
        : null;

    /// <summary>In training only.</summary>
    private static Piece? Noise(Dice dice, Signal x) =>
        new(new Block("Noise", (self, input) => self.IsTraining ? input + (0.05 * randn_like(input)) : input.alias()), x, "noise in training") { IsNoisy = true };

    private static Piece? NearbyChannels(Dice dice, Signal x) => x.IsFirst && x.Sides.Count == 2
        ? new Piece(LocalResponseNorm(3, alpha: 0.1), x, "LocalResponseNorm")
        : null;

    /// <summary>Statistics of the batch in evaluation too.</summary>
    private static Piece? NoRunning(Dice dice, Signal x)
    {
        if (x.IsLast || x.Places < 2)
        {
            return null;
        }

        Module<Tensor, Tensor> norm = x.Sides.Count switch
        {
            1 => BatchNorm1d(x.Channels, track_running_stats: false),
            2 => BatchNorm2d(x.Channels, track_running_stats: false),
            _ => BatchNorm3d(x.Channels, track_running_stats: false),
        };
        return new Piece(norm, x, "BatchNorm without running statistics");
    }

    /// <summary>An instance norm that evaluates with running statistics, or a batch norm without parameters.</summary>
    private static Piece? Running(Dice dice, Signal x)
    {
        if (x is not { IsFirst: true, Sides.Count: 2 } || x.Places < 2)
        {
            return null;
        }

        return dice.Chance(0.5)
            ? new Piece(InstanceNorm2d(x.Channels, affine: true, track_running_stats: true), x, "InstanceNorm2d with running statistics")
            : new Piece(BatchNorm2d(x.Channels, affine: false), x, "BatchNorm2d without parameters");
    }

    private static Piece? Detached(Dice dice, Signal x) =>
        new(new Block("Detached", (_, input) => input * (1 + (0.1 * input.detach().tanh()))), x, "times a detached function of itself");

    /// <summary>A vector of the whole, added everywhere.</summary>
    private static Piece? Context(Dice dice, Signal x)
    {
        if (x.IsVector)
        {
            return null;
        }

        var layer = Weighted.Linear(dice, new Signal(Layout.Last, x.Channels), x.Channels);
        return new Piece(
            new Block("Context", (_, input) => input + x.Along(layer.Module.call(input.logsumexp(x.SideDimensions[^1]).reshape(input.shape[0], -1, x.Channels).mean([1L]))), ("layer", layer.Module)),
            x,
            $"plus {layer.Text} of a logsumexp");
    }

    private static Piece? Sum(Dice dice, Signal x) =>
        new(new Block("Sum", (_, input) => input - (0.3 * input.sum(x.ChannelDimension, keepdim: true))), x, "minus a share of the sum over channels");

    private static Piece? Quantile(Dice dice, Signal x) => x.Places > 2
        ? new Piece(
            new Block("Quantile", (_, input) => input - input.kthvalue(2, x.SideDimensions[0], keepdim: true).Item1),
            x,
            "minus the second least along its first side")
        : null;

    private static Piece? Interleave(Dice dice, Signal x) => x.Channels <= 8
        ? new Piece(
            new Block("Interleave", (_, input) => stack([input, functional.relu(-input)], x.IsFirst ? 2 : -1).flatten(x.IsFirst ? 1 : -2, x.IsFirst ? 2 : -1)),
            x.With(2 * x.Channels),
            "interleaved with relu(-x)")
        : null;

    /// <summary>The nearest of a few learned vectors.</summary>
    private static Piece? Codes(Dice dice, Signal x)
    {
        if (x.IsFirst)
        {
            return null;
        }

        var block = new Block(
            "Codes",
            (self, input) =>
            {
                var flat = input.reshape(-1, x.Channels);
                var nearest = cdist(flat, self["codes"]).argmin(1);
                return (input + (0.5 * (self["codes"].index_select(0, nearest).reshape(input.shape) - input).detach())).reshape(input.shape);
            });
        return new Piece(block.With("codes", linspace(-1, 1, 5 * x.Channels).sin().reshape(5, x.Channels)), x, "half way to the nearest code");
    }

    /// <summary>All products of channels.</summary>
    private static Piece? Gram(Dice dice, Signal x) => x.IsFirst && x.Channels <= 6
        ? new Piece(
            new Block("Gram", (_, input) =>
            {
                var flat = input.flatten(2);
                return (flat.bmm(flat.transpose(1, 2)) / x.Places).flatten(1);
            }),
            new Signal(Layout.Last, x.Channels * x.Channels),
            "Gram matrix of the channels")
        : null;

    /// <summary>Steps gathered in another order, by an index.</summary>
    private static Piece? Scatter(Dice dice, Signal x)
    {
        if (x.IsVector)
        {
            return null;
        }

        var order = Enumerable.Range(0, x.Sides[0]).Select(i => (long)((i * 3) % x.Sides[0])).ToArray();
        return new Piece(
            new Block("Scatter", (self, input) => input + input.index_select(x.SideDimensions[0], self["order"])).WithBuffer("order", tensor(order)),
            x,
            "plus places in another order");
    }
}
