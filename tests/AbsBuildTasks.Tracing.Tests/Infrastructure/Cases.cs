using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>Forms that networks of applications have, each by itself.</summary>
internal static class Cases
{
    /// <summary>The networks by name, with the shape of an example of each.</summary>
    public static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Make, long[] Example)> All = new()
    {
        ["difference of two embeddings"] = (Siamese, [12]),
        ["time first"] = (TimeFirst, [5, 6]),
        ["functional instance normalisation"] = (Style, [3, 6, 6]),
        ["group normalisation"] = (Grouped, [3, 6, 6]),
        ["position bias by layers"] = (PositionBias, [8, 6]),
        ["embedding beside numbers"] = (Tabular, [5]),
        ["normalised embedding"] = (Cosine, [3, 6, 6]),
        ["buffer behind a layer"] = (Buffered, [6]),
        ["attention over places"] = (Places, [3, 8, 8]),
        ["cell in a loop"] = (Cell, [4, 5]),
        ["blocks left out in training"] = (Depth, [3, 6, 6]),
        ["classifier beside it in training"] = (Auxiliary, [3, 6, 6]),
        ["words and recurrence"] = (Tagger, [5]),
        ["volumes"] = (Volumes, [1, 4, 4, 4]),
        ["batch normalisation of rows"] = (Rows, [6]),
    };

    private static FunctionNetwork Siamese()
    {
        var (encoder, embed, hidden, head) = (Linear(6, 12), Linear(12, 8), Linear(8, 8), Linear(8, 2));
        Tensor Embed(Tensor x) => embed.call(relu(encoder.call(x)));
        return new FunctionNetwork(x => head.call(relu(hidden.call((Embed(x.narrow(1, 0, 6)) - Embed(x.narrow(1, 6, 6))).abs()))), encoder, embed, hidden, head);
    }

    private static FunctionNetwork TimeFirst()
    {
        var (project, mix, hidden, head) = (Linear(6, 12), Linear(12, 12), Linear(12, 8), Linear(8, 3));
        return new FunctionNetwork(x => head.call(relu(hidden.call(relu(mix.call(relu(project.call(x.transpose(0, 1)))))[-1]))), project, mix, hidden, head);
    }

    private static FunctionNetwork Style()
    {
        var (one, two, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Linear(8, 3));
        return new FunctionNetwork(x => head.call(relu(instance_norm(two.call(relu(instance_norm(one.call(x)))))).amax([2, 3])), one, two, head);
    }

    private static FunctionNetwork Grouped()
    {
        var (one, norm, two, head) = (Conv2d(3, 12, 3, padding: 1), GroupNorm(4, 12), Conv2d(12, 8, 3, padding: 1), Linear(8, 3));
        return new FunctionNetwork(x => head.call(relu(two.call(relu(norm.call(one.call(x))))).mean([2, 3])), one, norm, two, head);
    }

    private static FunctionNetwork PositionBias()
    {
        var (embed, joint, bias1, bias2, project, head) = (Linear(6, 8), Linear(8, 24), Linear(2, 8), Linear(8, 1, hasBias: false), Linear(8, 8), Linear(8, 3));
        var places = arange(8, ScalarType.Float32);
        var table = stack([places.unsqueeze(0) - places.unsqueeze(1), (places.unsqueeze(0) - places.unsqueeze(1)).abs().add(1).log()], -1);
        return new FunctionNetwork(
            x =>
            {
                x = embed.call(x);
                var parts = joint.call(x).chunk(3, -1);
                var bias = bias2.call(relu(bias1.call(table))).squeeze(-1);
                var attention = ((parts[0].matmul(parts[1].transpose(1, 2)) / 4) + bias).softmax(-1);
                return head.call(relu(x + project.call(attention.matmul(parts[2]))).flatten(0, 1)).reshape(-1, 8, 3).select(1, 0);
            },
            embed, joint, bias1, bias2, project, head);
    }

    private static FunctionNetwork Tabular()
    {
        var (category, one, two, head) = (Embedding(5, 4), Linear(8, 12), Linear(12, 8), Linear(8, 2));
        return new FunctionNetwork(
            x =>
            {
                var words = category.call((x.select(1, 0) * 2).abs().clamp(0, 4).to(ScalarType.Int64));
                return head.call(relu(two.call(relu(one.call(cat([words, x.narrow(1, 1, 4)], 1))))));
            },
            category, one, two, head);
    }

    private static FunctionNetwork Cosine()
    {
        var (one, two, embed, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Linear(8, 6), Linear(6, 3));
        return new FunctionNetwork(
            x =>
            {
                x = embed.call(relu(two.call(relu(one.call(x)))).mean([2, 3]));
                return head.call(x / x.norm(1, keepdim: true) * 8);
            },
            one, two, embed, head);
    }

    private static FunctionNetwork Buffered()
    {
        var (one, head, table) = (Linear(6, 12), Linear(12, 3), linspace(0, 1, 12));
        return new FunctionNetwork(x => head.call(relu(one.call(x)) + table), one, head);
    }

    /// <summary>Places weighted by the mean and the largest value of all channels there.</summary>
    private static FunctionNetwork Places()
    {
        var (one, two, where, three, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Conv2d(2, 1, 3, padding: 1), Conv2d(8, 8, 3), Linear(8, 3));
        return new FunctionNetwork(
            x =>
            {
                x = relu(two.call(relu(one.call(x))));
                x *= where.call(cat([x.mean([1], keepdim: true), x.amax([1], keepdim: true)], 1)).sigmoid();
                return head.call(relu(three.call(x)).mean([2, 3]));
            },
            one, two, where, three, head);
    }

    private static FunctionNetwork Cell()
    {
        var (input, state, hidden, head) = (Linear(5, 18), Linear(6, 18), Linear(6, 8), Linear(8, 2));
        return new FunctionNetwork(
            x =>
            {
                var h = zeros(x.shape[0], 6);
                for (var t = 0; t < x.shape[1]; t++)
                {
                    var (i, s) = (input.call(x.select(1, t)).chunk(3, 1), state.call(h).chunk(3, 1));
                    var (r, z) = ((i[0] + s[0]).sigmoid(), (i[1] + s[1]).sigmoid());
                    h = ((1 - z) * (i[2] + (r * s[2])).tanh()) + (z * h);
                }

                return head.call(relu(hidden.call(h)));
            },
            input, state, hidden, head);
    }

    private static FunctionNetwork Depth()
    {
        var (stem, head) = (Conv2d(3, 8, 3, padding: 1), Linear(8, 3));
        Module<Tensor, Tensor>[] blocks = [Block(), Block()];
        return new FunctionNetwork(x => head.call(blocks.Aggregate(relu(stem.call(x)), (y, block) => !block.training || rand(1).item<float>() > 0.4 ? y + relu(block.call(y)) : y).mean([2, 3])), [stem, .. blocks, head]);

        static Module<Tensor, Tensor> Block() => Sequential(Conv2d(8, 8, 3, padding: 1), BatchNorm2d(8));
    }

    private static FunctionNetwork Auxiliary()
    {
        var (one, two, head, beside) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Linear(8, 3), Linear(8, 3));
        return new FunctionNetwork(
            x =>
            {
                var y = relu(one.call(x));
                var z = head.call(relu(two.call(y)).mean([2, 3]));
                return one.training ? z + (0.3 * beside.call(y.mean([2, 3]))) : z;
            },
            one, two, head);
    }

    private static FunctionNetwork Tagger()
    {
        var (words, lstm, hidden, middle, head) = (Embedding(20, 6), LSTM(6, 8, batchFirst: true), Linear(8, 12), Linear(12, 8), Linear(8, 2));
        return new FunctionNetwork(
            x =>
            {
                var (y, _, _) = lstm.call(words.call((x * 4).abs().clamp(0, 19).to(ScalarType.Int64)));
                return head.call(relu(middle.call(relu(hidden.call(y[TensorIndex.Colon, TensorIndex.Single(-1)])))));
            },
            words, lstm, hidden, middle, head);
    }

    private static FunctionNetwork Volumes()
    {
        var (one, norm, down, up, head) = (Conv3d(1, 6, 3, padding: 1), InstanceNorm3d(6), Conv3d(6, 8, 3, stride: 2, padding: 1), ConvTranspose3d(8, 6, 3, stride: 2, padding: 1, output_padding: 1), Conv3d(12, 1, 1));
        return new FunctionNetwork(
            x =>
            {
                var first = relu(norm.call(one.call(x)));
                return head.call(cat([first, relu(up.call(relu(down.call(first))))], 1));
            },
            one, norm, down, up, head);
    }

    private static FunctionNetwork Rows()
    {
        var all = Sequential(Linear(6, 12), BatchNorm1d(12), Tanh(), Linear(12, 8), BatchNorm1d(8), ReLU(), Linear(8, 3));
        return new FunctionNetwork(all.call, all);
    }
}
