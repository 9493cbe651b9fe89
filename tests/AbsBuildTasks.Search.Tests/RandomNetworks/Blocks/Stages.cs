using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>A layer with its norm and activation, in the forms that users write.</summary>
internal static class Stages
{
    /// <summary>Layer, norm, activation; norm and activation by chance, also before the layer.</summary>
    public static Piece Any(Dice dice, Signal x) => Any(dice, x, null);

    public static Piece Any(Dice dice, Signal x, int? filters)
    {
        var parts = new List<Piece>();
        var before = dice.Chance(0.2);
        if (before)
        {
            Add(Norms.Any(dice, x));
            Add(Activations.Any(dice, x));
        }

        Add(dice.Chance(0.15) && filters is null ? dice.First(x, [Weighted.Depthwise, Weighted.Strided, Weighted.Oblong, Weighted.Transposed, (d, s) => Weighted.Layer(d, s)]) : Weighted.Layer(dice, x, filters));
        if (!before && dice.Chance(0.6))
        {
            Add(dice.Chance(0.6) ? Norms.Usual(dice, Last()) : Norms.Any(dice, Last()));
        }

        if (!before && dice.Chance(0.85))
        {
            Add(Activations.Any(dice, Last()));
        }

        if (dice.Chance(0.1))
        {
            Add(Dropout(dice, Last()));
        }

        return Chain(dice, parts);

        Signal Last() => parts[^1].Output;

        void Add(Piece piece) => parts.Add(piece);
    }

    /// <summary>One part after the other: in a Sequential, in fields, or in fields with a dispose scope.</summary>
    public static Piece Chain(Dice dice, IReadOnlyList<Piece> parts)
    {
        var text = string.Join(" - ", parts.Select(part => part.Text));
        var output = parts[^1].Output;
        var modules = parts.Select(part => part.Module).ToArray();
        var layers = modules.Select((module, i) => ($"part{i}", (Module)module)).ToArray();
        return dice.Number(0, 10) switch
        {
            10 => Listed(modules, output, text),
            < 5 => new Piece(Sequential(modules), output, $"Sequential({text})"),
            < 8 => new Piece(new Block("Stage", (_, x) => modules.Aggregate(x, (value, module) => module.call(value)), layers), output, $"({text})"),
            8 => new Piece(
                new Block("Scoped", (_, x) =>
                {
                    using var scope = NewDisposeScope();
                    return modules.Aggregate(x, (value, module) => module.call(value)).MoveToOuterDisposeScope();
                }, layers),
                output,
                $"({text}) in a dispose scope"),
            _ => new Piece(
                new Block("Disposing", (_, x) =>
                {
                    var value = x.alias();
                    foreach (var module in modules)
                    {
                        using var before = value;
                        value = module.call(before);
                        if (ReferenceEquals(value, before))
                        {
                            value = before.alias();
                        }
                    }

                    return value;
                }, layers),
                output,
                $"({text}) that disposes what lies between"),
        };
    }

    private static Piece Listed(Module<Tensor, Tensor>[] modules, Signal output, string text)
    {
        var list = ModuleList(modules);
        return new Piece(
            new Block(
                "Listed",
                (_, x) =>
                {
                    foreach (var module in list)
                    {
                        x = module.call(x);
                    }

                    return x;
                },
                ("list", list)),
            output,
            $"({text}) in a ModuleList");
    }

    private static Piece Dropout(Dice dice, Signal x) => x.Sides.Count == 2 && x.IsFirst && dice.Chance(0.5)
        ? new Piece(Dropout2d(0.2), x, "Dropout2d")
        : dice.Pick(
            new Piece(nn.Dropout(0.2), x, "Dropout"),
            new Piece(new Block("OwnDropout", (self, input) => self.IsTraining ? functional.dropout(input, 0.2) : input.alias()), x, "functional.dropout in training"));
}
