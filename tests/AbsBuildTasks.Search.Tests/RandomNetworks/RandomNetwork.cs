using AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks;

/// <summary>What a seed decides about network and data.</summary>
/// <param name="Module">The network.</param>
/// <param name="Forward">How a batch goes through it.</param>
/// <param name="Inputs">What it takes.</param>
/// <param name="Text">How it reads.</param>
/// <param name="TrueReasons">Codes that it may be refused with.</param>
internal sealed record RandomNetwork(
    Module Module,
    Func<Module, IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> Forward,
    IReadOnlyList<RandomData.Input> Inputs,
    string Text,
    IReadOnlyList<string> TrueReasons)
{
    /// <summary>Makes the network of a seed, with fresh weights.</summary>
    public static RandomNetwork Create(Dice dice, int classes, int outputs) => outputs == 1
        ? dice.Number(0, 9) switch
        {
            < 7 => Plain(dice, classes),
            7 => Siamese(dice, classes),
            8 => Words(dice, classes),
            _ => TwoInputs(dice, classes),
        }
        : TwoOutputs(dice, classes);

    private static Signal Input(Dice dice) => dice.Number(0, 19) switch
    {
        < 8 => new Signal(Layout.First, dice.Number(1, 3), dice.Pick(6, 8), dice.Pick(6, 8)),
        < 11 => new Signal(Layout.First, dice.Number(2, 4), dice.Pick(8, 10)),
        < 16 => new Signal(Layout.Last, dice.Number(3, 6), dice.Pick(4, 6, 7)),
        < 19 => new Signal(Layout.Last, dice.Number(4, 8)),
        _ => new Signal(Layout.First, 2, 4, 4, 4),
    };

    private static RandomNetwork Plain(Dice dice, int classes)
    {
        var input = Input(dice);
        var (module, text, reasons) = Encoder(dice, input, dice.Number(2, 5), out var vector);
        var head = Heads.Outputs(dice, vector, classes);
        var network = dice.Chance(0.5)
            ? (Module<Tensor, Tensor>)Sequential(module, head.Module)
            : new Block("Network", (_, x) => head.Module.call(module.call(x)), ("body", module), ("head", head.Module));
        return new RandomNetwork(network, (module, inputs) => [((Module<Tensor, Tensor>)module).call(inputs[0])], [new(input.Shape)], $"input {input}\n{text}\nhead: {head.Text}", reasons);
    }

    private static RandomNetwork Siamese(Dice dice, int classes)
    {
        var input = Input(dice);
        var (module, text, reasons) = Encoder(dice, input, dice.Number(1, 3), out var vector);
        var (name, combine) = Operators.Pick(dice);
        var both = dice.Chance(0.3);
        var head = Heads.Outputs(dice, both ? vector.With(2 * vector.Channels) : vector, classes);
        var network = new PairNetwork(
            (a, b) =>
            {
                var (left, right) = (module.call(a), module.call(b));
                return head.Module.call(both ? cat([left, right], 1) : combine(left, right));
            },
            ("body", module),
            ("head", head.Module));
        return new RandomNetwork(network, Pair, [new(input.Shape), new(input.Shape)], $"two inputs {input} through the same\n{text}\nhead on {(both ? "cat" : name)}: {head.Text}", reasons);
    }

    private static RandomNetwork Words(Dice dice, int classes)
    {
        var input = new Signal(Layout.Last, 6, 5);
        var embedding = Embedding(9, input.Channels);
        var (module, text, reasons) = Encoder(dice, input, dice.Number(2, 4), out var vector);
        var head = Heads.Outputs(dice, vector, classes);
        var network = new Block("Words", (_, x) => head.Module.call(module.call(embedding.call(x))), ("embedding", embedding), ("body", module), ("head", head.Module));
        return new RandomNetwork(network, (module, inputs) => [((Module<Tensor, Tensor>)module).call(inputs[0])], [new([5], 9)], $"words [5] - Embedding {input}\n{text}\nhead: {head.Text}", reasons);
    }

    private static RandomNetwork TwoInputs(Dice dice, int classes)
    {
        var (first, second) = (Input(dice), Input(dice));
        var (a, textA, reasonsA) = Encoder(dice, first, dice.Number(1, 3), out var vectorA);
        var (b, textB, reasonsB) = Encoder(dice, second, dice.Number(1, 2), out var vectorB);
        var scale = Linear(vectorB.Channels, vectorA.Channels);
        var film = dice.Chance(0.5);
        var head = Heads.Outputs(dice, film ? vectorA : vectorA.With(vectorA.Channels + vectorB.Channels), classes);
        (string, Module)[] layers = [("a", a), ("b", b), ("head", head.Module)];
        var network = new PairNetwork(
            (x, y) => head.Module.call(film ? a.call(x) * scale.call(b.call(y)) : cat([a.call(x), b.call(y)], 1)),
            film ? [.. layers, ("scale", scale)] : layers);
        return new RandomNetwork(network, Pair, [new(first.Shape), new(second.Shape)], $"first input {first}\n{textA}\nsecond input {second}\n{textB}\nhead on {(film ? "a * Linear(b)" : "cat")}: {head.Text}", [.. reasonsA, .. reasonsB]);
    }

    /// <summary>As a tuple or a dictionary.</summary>
    private static RandomNetwork TwoOutputs(Dice dice, int classes)
    {
        var input = Input(dice);
        var (module, text, reasons) = Encoder(dice, input, dice.Number(2, 4), out var vector);
        var (one, two) = (Heads.Outputs(dice, vector, classes), Heads.Outputs(dice, vector, classes));
        var tuple = dice.Chance(0.5);
        (string, Module)[] layers = [("body", module), ("one", one.Module), ("two", two.Module)];
        Module network = tuple ? new TupleNetwork(Both, layers) : new DictionaryNetwork(Both, layers);
        return new RandomNetwork(
            network,
            (module, inputs) =>
            {
                if (module is TupleNetwork pair)
                {
                    var (a, b) = pair.call(inputs[0]);
                    return [a, b];
                }

                var found = ((DictionaryNetwork)module).call(inputs[0]);
                return [found["one"], found["two"]];
            },
            [new(input.Shape)],
            $"input {input}\n{text}\n{(tuple ? "tuple" : "dictionary")} of heads: {one.Text} and {two.Text}",
            reasons);

        (Tensor, Tensor) Both(Tensor x)
        {
            x = module.call(x);
            return (one.Module.call(x), two.Module.call(x));
        }
    }

    private static (Module<Tensor, Tensor> Module, string Text, IReadOnlyList<string> Reasons) Encoder(Dice dice, Signal input, int steps, out Signal output)
    {
        var graph = new Graph(dice, input, steps);
        var vector = Heads.Vector(dice, graph.Output);
        output = vector.Output;
        return (new Block("Encoder", (_, x) => vector.Module.call(graph.call(x)), ("graph", graph), ("vector", vector.Module)), $"{graph.Text("  ")}\n  vector {output}: {vector.Text}", graph.TrueReasons);
    }

    private static IReadOnlyList<Tensor> Pair(Module network, IReadOnlyList<Tensor> inputs) => [((PairNetwork)network).call(inputs[0], inputs[1])];
}
