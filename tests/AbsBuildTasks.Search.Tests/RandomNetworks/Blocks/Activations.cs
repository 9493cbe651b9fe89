using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>Functions of each value alone, as modules, functions and in place.</summary>
internal static class Activations
{
    private static readonly (string Name, Func<Tensor, Tensor> Call)[] Functions =
    [
        ("relu", x => functional.relu(x)),
        ("relu6", x => functional.relu6(x)),
        ("leaky_relu", x => functional.leaky_relu(x, 0.1)),
        ("elu", x => functional.elu(x, 1)),
        ("celu", x => functional.celu(x, 1)),
        ("selu", x => functional.selu(x)),
        ("silu", x => functional.silu(x)),
        ("gelu", functional.gelu),
        ("mish", x => functional.mish(x)),
        ("hardswish", x => functional.hardswish(x)),
        ("hardsigmoid", x => functional.hardsigmoid(x)),
        ("sigmoid", x => x.sigmoid()),
        ("tanh", x => x.tanh()),
        ("softplus", x => functional.softplus(x)),
        ("threshold(0.2, 0.1)", x => functional.threshold(x, 0.2, 0.1)),
        ("threshold(-0.1, 0)", x => functional.threshold(x, -0.1, 0)),
        ("clamp(-1, 1)", x => x.clamp(-1, 1)),
        ("clamp(0.1, 2)", x => x.clamp(0.1, 2)),
        ("abs", x => x.abs()),
        ("square", x => x * x),
        ("softsign", x => x / (1 + x.abs())),
        ("sin", x => x.sin()),
        ("cos", x => x.cos()),
        ("softshrink", x => x.sign() * functional.relu(x.abs() - 0.1)),
        ("log1p(relu)", x => functional.relu(x).log1p()),
        ("relu(x - 1.5)", x => functional.relu(x - 1.5)),
        ("hat", x => functional.relu(0.6 - (x - 0.7).abs())),
        ("exp(-x^2)", x => (-x * x).exp()),
        ("relu(1 - x)", x => functional.relu(1 - x)),
        ("relu_", x => functional.relu(x + 0, inplace: true)),
        ("max(x, 0)", x => x.maximum(zeros_like(x))),
        ("where(x > 0, x, 0.1 x)", x => where(x > 0, x, 0.1 * x)),
        ("x * (x > 0)", x => x * (x > 0).to(ScalarType.Float32)),
        ("masked_fill(x < 0, 0)", x => x.masked_fill(x < 0, 0)),
    ];

    private static readonly (string Name, Func<int, Module<Tensor, Tensor>> Make)[] Modules =
    [
        ("ReLU", _ => ReLU()),
        ("ReLU in place", _ => ReLU(inplace: true)),
        ("ReLU6 in place", _ => ReLU6(inplace: true)),
        ("ReLU6", _ => ReLU6()),
        ("LeakyReLU", _ => LeakyReLU(0.1)),
        ("ELU", _ => ELU()),
        ("SELU", _ => SELU()),
        ("SiLU", _ => SiLU()),
        ("GELU", _ => GELU()),
        ("Mish", _ => Mish()),
        ("Hardswish", _ => Hardswish()),
        ("Sigmoid", _ => Sigmoid()),
        ("Tanh", _ => Tanh()),
        ("Softplus", _ => Softplus()),
        ("Threshold(0.1, -0.2)", _ => Threshold(0.1, -0.2)),
        ("PReLU(1)", _ => PReLU(1)),
        ("Identity", _ => Identity()),
    ];

    /// <summary>One that suits a signal; most are ReLU, as most users' are.</summary>
    public static Piece Any(Dice dice, Signal x)
    {
        if (dice.Chance(0.35))
        {
            return new Piece(ReLU(), x, "ReLU");
        }

        if (x.IsFirst && dice.Chance(0.05))
        {
            return new Piece(PReLU(x.Channels), x, $"PReLU({x.Channels})");
        }

        if (dice.Chance(0.5))
        {
            var (name, make) = dice.Pick(Modules);
            return new Piece(make(x.Channels), x, name);
        }

        var (text, call) = dice.Pick(Functions);
        return new Piece(new Block("Activation", (_, input) => call(input)), x, text);
    }

    /// <summary>One half of the channels gates the other.</summary>
    public static Piece? Glu(Dice dice, Signal x)
    {
        if (x.Channels % 2 != 0 || x.Channels < 8)
        {
            return null;
        }

        var dimension = x.ChannelDimension;
        return dice.Pick(
            new Piece(GLU(dimension), x.With(x.Channels / 2), "GLU"),
            new Piece(new Block("Glu", (_, input) => functional.glu(input, dimension)), x.With(x.Channels / 2), "glu"),
            new Piece(
                new Block("Glu", (_, input) =>
                {
                    var parts = input.chunk(2, dimension);
                    return functional.silu(parts[0]) * parts[1];
                }),
                x.With(x.Channels / 2),
                "chunk: silu(a) * b"));
    }
}
