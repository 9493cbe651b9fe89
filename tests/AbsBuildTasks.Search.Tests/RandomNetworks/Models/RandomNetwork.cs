using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;
using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Models;

/// <summary>What a seed decides about network and data.</summary>
/// <param name="Module">The network.</param>
/// <param name="Forward">How a batch goes through it.</param>
/// <param name="Inputs">What it takes.</param>
/// <param name="Text">How it reads.</param>
/// <param name="TrueReasons">Codes that it may be refused with.</param>
/// <param name="OutputSides">Places of an output; none where an example has one answer.</param>
/// <param name="IsNoisy">Whether channels that are zero in evaluation may be anything in training.</param>
internal sealed record RandomNetwork(
    Module Module,
    Func<Module, IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> Forward,
    IReadOnlyList<RandomData.Input> Inputs,
    string Text,
    IReadOnlyList<string> TrueReasons,
    IReadOnlyList<int> OutputSides,
    bool IsNoisy)
{
    /// <summary>Makes the network of a seed, with fresh weights.</summary>
    public static RandomNetwork Create(Dice dice, int classes, int outputs) => outputs == 1
        ? dice.Number(0, 13) switch
        {
            < 7 => Plain(dice, classes),
            < 9 => Places(dice, classes),
            9 => Siamese(dice, classes),
            10 => Words(dice, classes),
            11 => Masked(dice, classes),
            12 => Table(dice, classes),
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
        var body = Encoder.Of(dice, input, dice.Number(2, 6));
        var head = Heads.Outputs(dice, body.Output, classes);
        var network = dice.Chance(0.5)
            ? (Module<Tensor, Tensor>)Sequential(body.Module, head.Module)
            : new Block("Network", (_, x) => head.Module.call(body.Module.call(x)), ("body", body.Module), ("head", head.Module));
        return Of(network, One, [new(input.Shape)], $"input {input}\n{body.Text}\nhead: {head.Text}", body);
    }

    /// <summary>An answer for each place: segmentation, tagging, generation.</summary>
    private static RandomNetwork Places(Dice dice, int classes)
    {
        var input = Input(dice);
        var graph = new Graph(dice, input, dice.Number(2, 5));
        var head = Weighted.Layer(dice, graph.Output, classes);
        var last = head.Output.ChannelDimension;
        var network = new Block(
            "Network",
            (_, x) =>
            {
                x = head.Module.call(graph.call(x));
                return last == 1 ? x : x.movedim([-1], [1]);
            },
            ("body", graph),
            ("head", head.Module));
        return new RandomNetwork(network, One, [new(input.Shape)], $"input {input}\n{graph.Text("  ")}\nhead for each place: {head.Text}", graph.TrueReasons, head.Output.Sides, graph.IsNoisy);
    }

    private static RandomNetwork Siamese(Dice dice, int classes)
    {
        var input = Input(dice);
        var body = Encoder.Of(dice, input, dice.Number(1, 4));
        var (name, combine) = Operators.Pick(dice);
        var both = dice.Chance(0.3);
        var head = Heads.Outputs(dice, both ? body.Output.With(2 * body.Output.Channels) : body.Output, classes);
        var network = new PairNetwork(
            (a, b) =>
            {
                var (left, right) = (body.Module.call(a), body.Module.call(b));
                return head.Module.call(both ? cat([left, right], 1) : combine(left, right));
            },
            ("body", body.Module),
            ("head", head.Module));
        return Of(network, Pair, [new(input.Shape), new(input.Shape)], $"two inputs {input} through the same\n{body.Text}\nhead on {(both ? "cat" : name)}: {head.Text}", body);
    }

    private static RandomNetwork Words(Dice dice, int classes)
    {
        var input = new Signal(Layout.Last, 6, 5);
        var embedding = Embedding(9, input.Channels);
        var body = Encoder.Of(dice, input, dice.Number(2, 5));
        var head = Heads.Outputs(dice, body.Output, classes);
        var network = new Block("Words", (_, x) => head.Module.call(body.Module.call(embedding.call(x))), ("embedding", embedding), ("body", body.Module), ("head", head.Module));
        return Of(network, One, [new([5], 9)], $"words [5] - Embedding {input}\n{body.Text}\nhead: {head.Text}", body);
    }

    /// <summary>Steps of which some do not count, as a second input says.</summary>
    private static RandomNetwork Masked(Dice dice, int classes)
    {
        var input = new Signal(Layout.Last, 6, 5);
        var (first, graph) = (Stages.Any(dice, input, 8), new Graph(dice, input.With(8), dice.Number(1, 3)));
        if (!graph.Output.IsLast || graph.Output.Sides is not [5])
        {
            graph = new Graph(dice, input.With(8), 0);
        }

        var head = Heads.Outputs(dice, new Signal(Layout.Last, graph.Output.Channels), classes);
        var largest = dice.Chance(0.5);
        var network = new PairNetwork(
            (x, weights) =>
            {
                var mask = (weights > 0).unsqueeze(2);
                var y = graph.call(first.Module.call(x) * mask.to(ScalarType.Float32));
                return head.Module.call(largest ? y.masked_fill(mask.logical_not(), -9).amax([1]) : (y * mask.to(ScalarType.Float32)).sum(1) / (mask.sum(1) + 1));
            },
            ("first", first.Module),
            ("graph", graph),
            ("head", head.Module));
        var text = $"input {input} and a mask [5]\n  first: {first.Text}, times the mask\n{graph.Text("  ")}\n  masked {(largest ? "largest" : "mean")}\nhead: {head.Text}";
        return new RandomNetwork(network, Pair, [new(input.Shape), new([5])], text, graph.TrueReasons, [], graph.IsNoisy);
    }

    /// <summary>A table with a category in its first column and measurements in the others: two inputs, or one of numbers.</summary>
    private static RandomNetwork Table(Dice dice, int classes)
    {
        var (embedding, apart) = (Embedding(7, 4), dice.Chance(0.7));
        var body = Encoder.Of(dice, new Signal(Layout.Last, 8), dice.Number(1, 4));
        var head = Heads.Outputs(dice, body.Output, classes);
        Tensor Run(Tensor category, Tensor x) => head.Module.call(body.Module.call(cat([embedding.call(category).reshape(-1, 4), x], 1)));
        (string, Module)[] layers = [("embedding", embedding), ("body", body.Module), ("head", head.Module)];
        var text = $"a category through an Embedding, beside 4 numbers, {(apart ? "as two inputs" : "as one input of numbers")}\n{body.Text}\nhead: {head.Text}";
        if (apart)
        {
            return Of(new PairNetwork(Run, layers), Pair, [new([1], 7), new([4])], text, body);
        }

        var network = new Block("Table", (_, x) => Run(x.select(1, 0).to(ScalarType.Int64), x.narrow(1, 1, 4)), layers);
        return Of(network, One, [new([5], Categories: 7)], text, body) with { TrueReasons = [AbsCodes.ModelCodeFailed, .. body.TrueReasons] };
    }

    private static RandomNetwork TwoInputs(Dice dice, int classes)
    {
        var (first, second) = (Input(dice), Input(dice));
        var (a, b) = (Encoder.Of(dice, first, dice.Number(1, 4)), Encoder.Of(dice, second, dice.Number(1, 3)));
        var (width, beside) = (a.Output.Channels, b.Output.Channels);
        var scale = Linear(beside, width);
        var film = dice.Chance(0.5);
        var head = Heads.Outputs(dice, film ? a.Output : a.Output.With(width + beside), classes);
        (string, Module)[] layers = [("a", a.Module), ("b", b.Module), ("head", head.Module)];
        var network = new PairNetwork(
            (x, y) => head.Module.call(film ? a.Module.call(x) * scale.call(b.Module.call(y)) : cat([a.Module.call(x), b.Module.call(y)], 1)),
            film ? [.. layers, ("scale", scale)] : layers);
        return Of(network, Pair, [new(first.Shape), new(second.Shape)], $"first input {first}\n{a.Text}\nsecond input {second}\n{b.Text}\nhead on {(film ? "a * Linear(b)" : "cat")}: {head.Text}", a, b);
    }

    /// <summary>As a tuple or a dictionary.</summary>
    private static RandomNetwork TwoOutputs(Dice dice, int classes)
    {
        var input = Input(dice);
        var body = Encoder.Of(dice, input, dice.Number(2, 5));
        var (one, two) = (Heads.Outputs(dice, body.Output, classes), Heads.Outputs(dice, body.Output, classes));
        var tuple = dice.Chance(0.5);
        (string, Module)[] layers = [("body", body.Module), ("one", one.Module), ("two", two.Module)];
        Module network = tuple ? new TupleNetwork(Both, layers) : new DictionaryNetwork(Both, layers);
        return Of(network, Two, [new(input.Shape)], $"input {input}\n{body.Text}\n{(tuple ? "tuple" : "dictionary")} of heads: {one.Text} and {two.Text}", body);

        (Tensor, Tensor) Both(Tensor x)
        {
            x = body.Module.call(x);
            return (one.Module.call(x), two.Module.call(x));
        }
    }

    private static RandomNetwork Of(
        Module network,
        Func<Module, IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> forward,
        IReadOnlyList<RandomData.Input> inputs,
        string text,
        params IReadOnlyList<Encoder> parts) =>
        new(network, forward, inputs, text, [.. parts.SelectMany(part => part.TrueReasons)], [], parts.Any(part => part.IsNoisy));

    private static IReadOnlyList<Tensor> One(Module network, IReadOnlyList<Tensor> inputs) => [((Module<Tensor, Tensor>)network).call(inputs[0])];

    private static IReadOnlyList<Tensor> Pair(Module network, IReadOnlyList<Tensor> inputs) => [((PairNetwork)network).call(inputs[0], inputs[1])];

    private static IReadOnlyList<Tensor> Two(Module network, IReadOnlyList<Tensor> inputs)
    {
        if (network is TupleNetwork pair)
        {
            var (a, b) = pair.call(inputs[0]);
            return [a, b];
        }

        var found = ((DictionaryNetwork)network).call(inputs[0]);
        return [found["one"], found["two"]];
    }
}
