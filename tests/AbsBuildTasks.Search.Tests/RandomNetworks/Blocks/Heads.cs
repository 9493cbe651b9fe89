using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>From a signal to a vector, and from there to the outputs.</summary>
internal static class Heads
{
    private static readonly Func<Dice, Signal, Piece?>[] Makers =
    [
        Mean, Mean, Mean, Flat, Flat, FlatLast, Largest, MeanAndLargest, MeanAndDeviation, LastStep, Query, Norm, Recurrent, Several, MeanOverChannels,
    ];

    /// <summary>Makes a vector of a signal.</summary>
    public static Piece Vector(Dice dice, Signal x) => x.IsVector ? new Piece(Identity(), x, "Identity") : dice.First(x, Makers);

    /// <summary>The last layers.</summary>
    public static Piece Outputs(Dice dice, Signal vector, int outputs)
    {
        if (dice.Chance(0.4))
        {
            var hidden = Stages.Any(dice, vector);
            var last = Weighted.Linear(dice, hidden.Output, outputs);
            return new Piece(Sequential(hidden.Module, last.Module), last.Output, $"{hidden.Text} - {last.Text}");
        }

        return Weighted.Linear(dice, vector, outputs);
    }

    private static Piece? Mean(Dice dice, Signal x) => new(new Block("Mean", (_, input) => input.mean(x.SideDimensions)), Of(x.Channels), "mean over places");

    private static Piece? Flat(Dice dice, Signal x) => Small(x) ? new Piece(Flatten(), Of(x.Channels * x.Places), "Flatten") : null;

    /// <summary>In another order than torch's own.</summary>
    private static Piece? FlatLast(Dice dice, Signal x) => Small(x)
        ? new Piece(new Block("FlatLast", (_, input) => input.transpose(1, -1).flatten(1)), Of(x.Channels * x.Places), "transpose(1, -1).flatten(1)")
        : null;

    private static Piece? Largest(Dice dice, Signal x) => new(new Block("Largest", (_, input) => input.amax(x.SideDimensions)), Of(x.Channels), "amax over places");

    private static Piece? MeanAndLargest(Dice dice, Signal x) =>
        new(new Block("MeanAndLargest", (_, input) => cat([input.mean(x.SideDimensions), input.amax(x.SideDimensions)], 1)), Of(2 * x.Channels), "mean and amax over places");

    private static Piece? MeanAndDeviation(Dice dice, Signal x) => x.Places > 1
        ? new Piece(new Block("MeanAndDeviation", (_, input) => cat([input.mean(x.SideDimensions), (input.var(x.SideDimensions) + 1e-4).sqrt()], 1)), Of(2 * x.Channels), "mean and deviation over places")
        : null;

    private static Piece? LastStep(Dice dice, Signal x) => x.Sides.Count == 1
        ? new Piece(new Block("LastStep", (_, input) => input.select(x.SideDimensions[0], -1)), Of(x.Channels), "last step")
        : null;

    private static Piece? Norm(Dice dice, Signal x) =>
        new(new Block("Norm", (_, input) => (input.pow(2).mean(x.SideDimensions) + 1e-4).sqrt()), Of(x.Channels), "root of the mean square over places");

    private static Piece? MeanOverChannels(Dice dice, Signal x) => x.Places is > 3 and < 40
        ? new Piece(new Block("MeanOverChannels", (_, input) => input.mean([x.ChannelDimension]).flatten(1)), Of(x.Places), "mean over channels")
        : null;

    /// <summary>Places weighed by a learned query.</summary>
    private static Piece? Query(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 })
        {
            return null;
        }

        var (key, value) = (Linear(x.Channels, 4), Linear(x.Channels, 8));
        var block = new Block(
            "Query",
            (self, input) => (key.call(input) * self["query"]).sum(-1, keepdim: true).softmax(1).mul(value.call(input)).sum(1),
            ("key", key),
            ("value", value));
        return new Piece(block.With("query", linspace(-1, 1, 4)), Of(8), "places weighed by a learned query");
    }

    private static Piece? Recurrent(Dice dice, Signal x)
    {
        if (x is not { IsLast: true, Sides.Count: 1 })
        {
            return null;
        }

        var lstm = LSTM(x.Channels, 6);
        return new Piece(new Block("Recurrent", (_, input) => lstm.call(input.transpose(0, 1)).Item2.squeeze(0), ("lstm", lstm)), Of(6), "last state of an LSTM, time first");
    }

    /// <summary>Pyramid pooling.</summary>
    private static Piece? Several(Dice dice, Signal x) => x is { IsFirst: true, Sides.Count: 2 } && x.Sides.Min() >= 2
        ? new Piece(
            new Block("Several", (_, input) => cat([functional.adaptive_avg_pool2d(input, 1).flatten(1), functional.adaptive_avg_pool2d(input, 2).flatten(1)], 1)),
            Of(5 * x.Channels),
            "pools of 1 and 2")
        : null;

    private static bool Small(Signal x) => x.Channels * x.Places <= 256;

    private static Signal Of(int channels) => new(Layout.Last, channels);
}
