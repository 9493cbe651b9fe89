using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>Networks over sequences, without recurrence.</summary>
internal static class SequenceNetworks
{
    /// <summary>The networks by name, with the shape of an example of each.</summary>
    public static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Make, long[] Example)> All = new()
    {
        ["attention"] = (Attention, [6, 8]),
        ["scaled attention"] = (ScaledAttention, [6, 8]),
        ["sequence"] = (Sequence, [4, 9]),
        ["words"] = (Words, [6]),
        ["own parameters"] = (Own, [6, 8]),
        ["two names"] = (TwoNames, [6, 8]),
        ["perceptron"] = (Perceptron, [5, 6]),
    };

    private static FunctionNetwork Attention()
    {
        var (all, result, norm, head) = (Linear(8, 24), Linear(8, 8), LayerNorm(8), Linear(8, 3));
        return new FunctionNetwork(
            x =>
            {
                var (n, length) = (x.shape[0], x.shape[1]);
                var parts = all.call(x).reshape(n, length, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0);
                var weights = parts[0].matmul(parts[1].transpose(-2, -1)).div(Math.Sqrt(4)).softmax(-1);
                var y = norm.call(x + result.call(weights.matmul(parts[2]).transpose(1, 2).reshape(n, length, 8)));
                return head.call(gelu(y).mean([1]));
            },
            all, result, norm, head);
    }

    private static FunctionNetwork ScaledAttention()
    {
        var (queries, keys, values, head) = (Linear(8, 8), Linear(8, 8), Linear(8, 8), Linear(8, 3));
        return new FunctionNetwork(x => head.call(scaled_dot_product_attention(queries.call(x), keys.call(x), values.call(x)).mean([1])), queries, keys, values, head);
    }

    private static FunctionNetwork Sequence()
    {
        var (one, two, same) = (Conv1d(4, 6, 3, padding: 1), ConvTranspose1d(6, 3, 2, stride: 2), Conv1d(3, 3, 4, padding: Padding.Same));
        return new FunctionNetwork(x => same.call(relu(two.call(relu(one.call(x))))), one, two, same);
    }

    /// <summary>Numbers from -2 to 2 as words, through a table and a layer.</summary>
    private static FunctionNetwork Words()
    {
        var (table, hidden, head) = (Embedding(9, 6), Linear(6, 8), Linear(8, 3));
        return new FunctionNetwork(x => head.call(relu(hidden.call(table.call((x.clamp(-1.9, 1.9) * 2 + 4).to(ScalarType.Int64))).mean([1]))), table, hidden, head);
    }

    /// <summary>A token in front of a sequence, a table of places, slopes, and layers over parameters of the network's own.</summary>
    private static FunctionNetwork Own()
    {
        var (first, slopes, head) = (Linear(8, 8), PReLU(7), Linear(12, 3));
        Parameter token = new(randn(1, 1, 8)), places = new(randn(7, 8)), weight = new(randn(12, 8)), turned = new(randn(12, 12)), kernel = new(randn(12, 12, 3));
        var network = new FunctionNetwork(
            x =>
            {
                x = slopes.call(cat([token.expand(x.shape[0], 1, 8), first.call(x)], 1) + places);
                x = linear(x, weight).tanh().matmul(turned.t());
                return head.call(conv1d(x.transpose(1, 2), kernel, padding: 1).mean([2]));
            },
            first, slopes, head);
        foreach (var (name, parameter) in new[] { ("token", token), ("places", places), ("weight", weight), ("turned", turned), ("kernel", kernel) })
        {
            network.register_parameter(name, parameter);
        }

        return network;
    }

    /// <summary>A module with a layer and a parameter of its own, in a field and in a sequence.</summary>
    private static FunctionNetwork TwoNames()
    {
        var (layer, head) = (Linear(8, 8), Linear(8, 3));
        Parameter places = new(randn(6, 8));
        var body = new FunctionNetwork(x => layer.call(x + places).tanh(), layer);
        body.register_parameter("places", places);
        return new FunctionNetwork(x => head.call(body.call(x).mean([1])), body, head, Sequential(("again", body)));
    }

    /// <summary>Linear layers on sequences, with a shortcut.</summary>
    private static FunctionNetwork Perceptron()
    {
        var (first, one, two, head) = (Linear(6, 8), Linear(8, 12), Linear(12, 8), Linear(8, 3));
        return new FunctionNetwork(
            x =>
            {
                x = first.call(x);
                x = x + two.call(gelu(one.call(x)));
                return head.call(x.mean([1]));
            },
            first, one, two, head);
    }
}
