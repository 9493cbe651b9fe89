using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

/// <summary>Networks for <see cref="StripesModel"/> with all that a search has to keep or to get right: states, chance, branches, frozen weights and many layers.</summary>
internal static class StripesNetworks
{
    /// <summary>The network by its name; by any other name a chain of layers.</summary>
    public static FunctionNetwork Of(string name) => name switch
    {
        "dropout" => WithDropout(),
        "random depth" => WithRandomDepth(),
        "deep" => Deep(),
        "noisy" => Noisy(),
        "frozen" => WithFrozenWeights(),
        "recurrent" => Recurrent(),
        "heads" => WithHeads(),
        "sums" => TestNetworks.Of("residual"),
        "branches" => WithBranches(),
        "wide" => TestNetworks.Chain(8, 10, 12),
        _ => TestNetworks.Chain(),
    };

    private static FunctionNetwork WithDropout()
    {
        _ = manual_seed(5);
        var (conv, norm, dropout, head) = (Conv2d(3, 8, 3, padding: 1), BatchNorm2d(8), Dropout(0.3), Linear(8 * 4, 4));
        return new FunctionNetwork(
            x => head.call(dropout.call(functional.max_pool2d(functional.relu(norm.call(conv.call(x))), 4).flatten(1))),
            ("conv", conv),
            ("norm", norm),
            ("dropout", dropout),
            ("head", head));
    }

    /// <summary>Draws numbers, in evaluation, too: others batch by batch than in one go.</summary>
    private static FunctionNetwork Noisy()
    {
        _ = manual_seed(5);
        var (stem, conv, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Linear(8 * 4, 4));
        return new FunctionNetwork(
            x => head.call(functional.max_pool2d(functional.relu(conv.call(functional.relu(stem.call(x)))), 4).flatten(1) * (1 + (0.05 * rand(1)))),
            ("stem", stem),
            ("conv", conv),
            ("head", head));
    }

    /// <summary>A branch takes part in about half of the training steps.</summary>
    private static FunctionNetwork WithRandomDepth()
    {
        _ = manual_seed(5);
        var (stem, branch, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Linear(8 * 4, 4));
        return new FunctionNetwork(
            x =>
            {
                x = functional.relu(stem.call(x));
                x = branch.training && rand(1).item<float>() < 0.5f ? x : functional.relu(x + branch.call(x));
                return head.call(functional.max_pool2d(x, 4).flatten(1));
            },
            ("stem", stem),
            ("branch", branch),
            ("head", head));
    }

    /// <summary>Two layers that take the same tensor, and share its interval.</summary>
    private static FunctionNetwork WithBranches()
    {
        _ = manual_seed(5);
        var (stem, left, right, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Conv2d(8, 8, 1), Linear(8 * 4, 4));
        return new FunctionNetwork(
            x =>
            {
                x = functional.relu(stem.call(x));
                return head.call(functional.max_pool2d(functional.relu(left.call(x) + right.call(x)), 4).flatten(1));
            },
            ("stem", stem),
            ("left", left),
            ("right", right),
            ("head", head));
    }

    private static FunctionNetwork WithFrozenWeights()
    {
        _ = manual_seed(5);
        var (conv, head) = (Conv2d(3, 48, 3, padding: 1), Linear(48 * 4, 4));
        conv.weight!.requires_grad = false;
        return new FunctionNetwork(
            x => head.call(functional.max_pool2d(functional.relu(conv.call(x)), 4).flatten(1)),
            ("conv", conv),
            ("head", head));
    }

    /// <summary>So many layers that the last decisions are taken by estimates.</summary>
    private static FunctionNetwork Deep()
    {
        _ = manual_seed(5);
        var convolutions = Enumerable.Range(0, 9).Select(i => (Name: $"conv{i}", Module: Conv2d(i == 0 ? 3 : 8, 8, 3, padding: 1))).ToArray();
        var norms = convolutions.Select((_, i) => (Name: $"norm{i}", Module: BatchNorm2d(8))).ToArray();
        var head = Linear(8 * 4, 4);
        return new FunctionNetwork(
            x => head.call(functional.max_pool2d(convolutions.Zip(norms).Aggregate(x, (y, pair) => functional.relu(pair.Second.Module.call(pair.First.Module.call(y)))), 4).flatten(1)),
            [.. convolutions.Select(pair => (pair.Name, (Module)pair.Module)), .. norms.Select(pair => (pair.Name, (Module)pair.Module)), ("head", head)]);
    }

    /// <summary>Reads an image row by row, each beside what a table has for the row's place, and with a shift of its own.</summary>
    public static FunctionNetwork Recurrent()
    {
        _ = manual_seed(5);
        var (table, rows, cell, head) = (Embedding(8, 4), GRU(28, 8, batchFirst: true), LSTMCell(8, 6), Linear(6, 4));
        FunctionNetwork? network = null;
        return network = new FunctionNetwork(
            x =>
            {
                var places = table.call(arange(8, dtype: ScalarType.Int64, device: x.device).expand(x.shape[0], 8));
                var (all, _) = rows.call(cat([x.transpose(1, 2).flatten(2), places], 2) + network!.get_parameter("shift")!);
                return head.call(cell.call(all[TensorIndex.Colon, -1], (zeros(x.shape[0], 6), zeros(x.shape[0], 6))).Item1);
            },
            ("table", table),
            ("rows", rows),
            ("cell", cell),
            ("head", head)).With("shift", new TorchSharp.Modules.Parameter(randn(8, 28) * 0.1));
    }

    /// <summary>Reads an image row by row, with units and heads that can go: a recurrent layer, attention and a Transformer layer.</summary>
    public static FunctionNetwork WithHeads()
    {
        _ = manual_seed(5);
        var (rows, attention, wide, layer, head) = (GRU(24, 16), MultiheadAttention(16, 8), Linear(16, 8), TransformerEncoderLayer(8, 2, 16, dropout: 0.1), Linear(8 * 40, 4));
        return new FunctionNetwork(
            x =>
            {
                var (all, _) = rows.call(x.permute(2, 0, 1, 3).flatten(2));
                var seen = attention.call(all, all, all).Item1;
                return head.call(cat([all, seen, layer.call(wide.call(seen))], -1).transpose(0, 1).flatten(1));
            },
            ("rows", rows),
            ("attention", attention),
            ("wide", wide),
            ("layer", layer),
            ("head", head));
    }
}
