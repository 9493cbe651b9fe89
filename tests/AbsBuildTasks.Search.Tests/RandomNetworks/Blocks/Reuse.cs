using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>Branches and layers that are called several times.</summary>
internal static class Reuse
{
    public static readonly Func<Dice, Signal, Piece?>[] Makers = [Twice, Mirror, Split, Residual, Residual, Depth, Bottleneck, Inverted, Dense, TwoBranches, TwoBranches, Scaled, Blend];

    /// <summary>A stage on its own output.</summary>
    private static Piece? Twice(Dice dice, Signal x)
    {
        var stage = Same(dice, x);
        return new Piece(new Block("Twice", (_, input) => stage.Module.call(stage.Module.call(input)), ("stage", stage.Module)), x, $"twice {stage.Text}");
    }

    /// <summary>One stage on the signal and its mirror, compared.</summary>
    private static Piece? Mirror(Dice dice, Signal x)
    {
        if (x.IsVector)
        {
            return null;
        }

        var stage = Stages.Any(dice, x);
        var dimension = x.SideDimensions[^1];
        var (name, combine) = Operators.Pick(dice);
        return new Piece(
            new Block("Mirror", (_, input) => combine(stage.Module.call(input), stage.Module.call(input.flip(dimension))), ("stage", stage.Module)),
            stage.Output,
            $"{name} of both with and without a flip: {stage.Text}");
    }

    /// <summary>Half of the channels through a stage, the other half past it.</summary>
    private static Piece? Split(Dice dice, Signal x)
    {
        if (x.Channels % 4 != 0)
        {
            return null;
        }

        var half = x.Channels / 2;
        var stage = Same(dice, x.With(half));
        var (c, narrow) = (x.ChannelDimension, dice.Chance(0.5));
        return new Piece(
            new Block(
                "Split",
                (_, input) =>
                {
                    Tensor[] parts = narrow ? [input.narrow(c, 0, half), input.narrow(c, half, half)] : input.chunk(2, c);
                    return cat([parts[0], stage.Module.call(parts[1])], c);
                },
                ("stage", stage.Module)),
            x,
            $"half of the channels through {stage.Text}");
    }

    private static Piece? Residual(Dice dice, Signal x)
    {
        var stage = Same(dice, x);
        var (name, combine) = dice.Chance(0.7) ? Operators.Sum : Operators.Pick(dice);
        var after = dice.Chance(0.3);
        return new Piece(
            new Block(
                "Residual",
                (_, input) =>
                {
                    var y = combine(input, stage.Module.call(input));
                    return after ? functional.relu(y) : y;
                },
                ("stage", stage.Module)),
            x,
            $"residual {name}{(after ? ", then relu" : "")}: {stage.Text}");
    }

    /// <summary>A branch that training skips by chance.</summary>
    private static Piece? Depth(Dice dice, Signal x)
    {
        var stage = Same(dice, x);
        return new Piece(
            new Block("Depth", (self, input) => !self.IsTraining || rand(1).item<float>() > 0.3 ? input + stage.Module.call(input) : input, ("stage", stage.Module)),
            x,
            $"stochastic depth: {stage.Text}");
    }

    private static Piece? Bottleneck(Dice dice, Signal x)
    {
        var a = Stages.Any(dice, x, 4);
        var b = Stages.Any(dice, a.Output, 4);
        var c = Weighted.Layer(dice, b.Output, x.Channels);
        return new Piece(
            new Block("Bottleneck", (_, input) => functional.relu(input + c.Module.call(b.Module.call(a.Module.call(input)))), ("a", a.Module), ("b", b.Module), ("c", c.Module)),
            x,
            $"bottleneck ({a.Text}; {b.Text}; {c.Text})");
    }

    private static Piece? Inverted(Dice dice, Signal x)
    {
        if (!x.IsFirst)
        {
            return null;
        }

        var expand = Stages.Any(dice, x, 12);
        var depthwise = Weighted.Convolution(dice, expand.Output, 12, 3, 1, 1, 1, 12, TorchSharp.PaddingModes.Zeros);
        var norm = Norms.Usual(dice, depthwise.Output);
        var project = Weighted.Convolution(dice, depthwise.Output, x.Channels, 1, 1, 0, 1, 1, TorchSharp.PaddingModes.Zeros);
        return new Piece(
            new Block(
                "Inverted",
                (_, input) => input + project.Module.call(functional.relu6(norm.Module.call(depthwise.Module.call(expand.Module.call(input))))),
                ("expand", expand.Module),
                ("depthwise", depthwise.Module),
                ("norm", norm.Module),
                ("project", project.Module)),
            x,
            $"inverted residual ({expand.Text}; {depthwise.Text} - {norm.Text}; {project.Text})");
    }

    /// <summary>What is new beside what there was.</summary>
    private static Piece? Dense(Dice dice, Signal x)
    {
        var stage = Stages.Any(dice, x, 4);
        return stage.Output.FitsBeside(x)
            ? new Piece(new Block("Dense", (_, input) => cat([input, stage.Module.call(input)], x.ChannelDimension), ("stage", stage.Module)), x.With(x.Channels + 4), $"concatenated with {stage.Text}")
            : null;
    }

    private static Piece? TwoBranches(Dice dice, Signal x)
    {
        var width = dice.Width();
        var (a, b) = (Stages.Any(dice, x, width), Stages.Any(dice, x, width));
        var (name, combine) = Operators.Pick(dice);
        return a.Output.Fits(b.Output)
            ? new Piece(new Block("TwoBranches", (_, input) => combine(a.Module.call(input), b.Module.call(input)), ("a", a.Module), ("b", b.Module)), a.Output, $"{name} of ({a.Text}) and ({b.Text})")
            : null;
    }

    /// <summary>A branch that starts at nothing, or at next to nothing.</summary>
    private static Piece? Scaled(Dice dice, Signal x)
    {
        var stage = Same(dice, x);
        var zero = dice.Chance(0.5);
        var block = new Block("Scaled", (self, input) => input + ((zero ? self["scale"] : x.Along(self["scale"])) * stage.Module.call(input)), ("stage", stage.Module));
        return new Piece(block.With("scale", zero ? zeros(1) : full(x.Channels, 1e-3f)), x, $"plus {(zero ? "a scalar from 0" : "0.001 of each channel")} times {stage.Text}");
    }

    /// <summary>Two branches by learned shares.</summary>
    private static Piece? Blend(Dice dice, Signal x)
    {
        var width = dice.Width();
        var (a, b) = (Stages.Any(dice, x, width), Stages.Any(dice, x, width));
        var block = new Block(
            "Blend",
            (self, input) =>
            {
                var share = self["share"].softmax(0);
                return (share[0] * a.Module.call(input)) + (share[1] * b.Module.call(input));
            },
            ("a", a.Module),
            ("b", b.Module));
        return a.Output.Fits(b.Output) ? new Piece(block.With("share", tensor(new[] { 0.3f, -0.4f })), a.Output, $"learned shares of ({a.Text}) and ({b.Text})") : null;
    }

    private static Piece Same(Dice dice, Signal x) => Stages.Any(dice, x, x.Channels);
}
