using AbsBuildTasks.Search.Tests.Infrastructure;
using FashionMnist;
using Paper;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;
using F = TorchSharp.torch.nn.functional;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>A network made of a function over named layers.</summary>
internal sealed class FunctionNetwork : Module<Tensor, Tensor>
{
    private readonly Func<Tensor, Tensor> _forward;

    public FunctionNetwork(Func<Tensor, Tensor> forward, params Module[] layers)
        : base(nameof(FunctionNetwork))
    {
        _forward = forward;
        for (var i = 0; i < layers.Length; i++)
        {
            register_module($"layer{i}", layers[i]);
        }
    }

    public override Tensor forward(Tensor input) => _forward(input);
}

/// <summary>Networks by name, with the shape of an example of each.</summary>
internal static class Networks
{
    private static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Make, long[] Example)> All = new(TestNetworks.Structures.Cast<object[]>().Select(row => Structure((string)row[0])).Concat(Zoo.All).Concat(Cases.All))
    {
        ["digits"] = (() => new Digits.DigitsNetwork(), [1, 8, 8]),
        ["lenet"] = (() => new LeNet5(), [1, 28, 28]),
        ["resnet8"] = (() => ResNet.Small(8, 3, 10), [3, 16, 16]),
        ["resnet20"] = (() => ResNet.Small(20, 3, 10), [3, 16, 16]),
        ["resnet18"] = (() => ResNet.Eighteen(10), [3, 40, 40]),
        ["mobilenet"] = (() => new MobileNetV2(10), [3, 32, 32]),
        ["u-net"] = (UNet, [3, 16, 16]),
        ["attention"] = (Attention, [6, 8]),
        ["scaled attention"] = (ScaledAttention, [6, 8]),
        ["inception"] = (Inception, [3, 9, 9]),
        ["squeeze-excite"] = (SqueezeExcite, [3, 8, 8]),
        ["shuffle"] = (Shuffle, [8, 6, 6]),
        ["sequential"] = (() => Sequential(("flat", Flatten()), ("one", Linear(12, 7)), ("elu", ELU()), ("two", Linear(7, 3)), ("soft", LogSoftmax(1))), [3, 4]),
        ["einsum"] = (() => new FunctionNetwork(x => einsum("nij,nkj->nik", x, x.mul(0.3)).sum(-1)), [4, 5]),
        ["einsum by heads"] = (() => new FunctionNetwork(x => einsum("bhqk,bkhd->bqhd", einsum("bqhd,bkhd->bhqk", x, x.mul(0.3)), x.square())), [5, 2, 3]),
        ["einsum of other sums"] = (() => new FunctionNetwork(x => einsum("nij,nij->ni", x, x) + einsum("nij,kj->nik", x, ones(4, 5)).sum(2) + einsum("ni j->nji", x).sum(1)), [4, 5]),
        ["norms"] = (Norms, [8, 6, 6]),
        ["in place"] = (InPlace, [4, 5, 5]),
        ["activations"] = (Activations, [6]),
        ["pools"] = (Pools, [2, 11, 13]),
        ["shapes"] = (Shapes, [4, 6]),
        ["indices"] = (Indices, [4, 6, 5]),
        ["arithmetic"] = (Arithmetic, [6]),
        ["resizes"] = (Resizes, [4, 4, 4]),
        ["sequence"] = (Sequence, [4, 9]),
        ["products"] = (Products, [4, 4]),
        ["reductions"] = (Reductions, [3, 4, 5]),
        ["constants"] = (Constants, [4, 6]),
        ["rows"] = (Rows, [6, 5]),
        ["rows twice"] = (() => RowsTwice(isGru: false), [6, 5]),
        ["rows twice, gru"] = (() => RowsTwice(isGru: true), [6, 5]),
        ["rows again"] = (RowsAgain, [6, 5]),
        ["rows in vain"] = (RowsInVain, [6, 5]),
        ["rows both ways"] = (RowsBothWays, [6, 5]),
        ["rows both ways, gru"] = (RowsOfTwoLayersBothWays, [6, 5]),
        ["words"] = (Words, [6]),
        ["depthwise twice"] = (DepthwiseTwice, [3, 6, 6]),
        ["alike"] = (Alike, [3, 6, 6]),
        ["lstm"] = (() => Recurrent(isGru: false), [5, 6]),
        ["gru"] = (() => Recurrent(isGru: true), [5, 6]),
        ["edges"] = (Edges, [4, 6, 6]),
        ["gated"] = (Gated, [3, 8, 8]),
        ["own parameters"] = (Own, [6, 8]),
        ["two names"] = (TwoNames, [6, 8]),
        ["perceptron"] = (Perceptron, [5, 6]),
    };

    /// <summary>Networks of the tests of pruning; their names begin so.</summary>
    public const string Removable = "removable ";

    /// <summary>Networks of the tests of modules that are one call inside torch; their names begin so.</summary>
    public const string Native = "native ";

    /// <summary>All others.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Makes a network whose normalisations are not the identity, and examples of it.</summary>
    public static (Module<Tensor, Tensor> Network, Tensor Examples) Make(string name, int count)
    {
        _ = manual_seed(3);
        var (make, example) = name.StartsWith(Removable, StringComparison.Ordinal) ? Pruned(name[Removable.Length..])
            : name.StartsWith(Native, StringComparison.Ordinal) ? Around(name[Native.Length..])
            : All[name];
        var network = make();
        using var noGradient = no_grad();
        foreach (var (key, buffer) in network.named_buffers().Where(pair => pair.buffer.dtype == ScalarType.Float32))
        {
            _ = buffer.copy_(key.EndsWith("var", StringComparison.Ordinal) ? rand_like(buffer).add(0.5) : randn_like(buffer).mul(0.2));
        }

        foreach (var (_, parameter) in network.named_parameters().Where(pair => pair.parameter.dim() == 1))
        {
            _ = parameter.copy_(randn_like(parameter).mul(0.2).add(0.5));
        }

        network.eval();
        return (network, randn([count, .. example]));
    }

    private static KeyValuePair<string, (Func<Module<Tensor, Tensor>> Make, long[] Example)> Structure(string name) => new(name, (() => TestNetworks.Of(name), [3, 8, 8]));

    private static (Func<Module<Tensor, Tensor>> Make, long[] Example) Pruned(string name)
    {
        var network = RemovableNetwork.Named(name);
        return (() => network.Create(network.Widths), network.Input[1..]);
    }

    private static (Func<Module<Tensor, Tensor>> Make, long[] Example) Around(string name) => NativeNetworks.HasWords(name)
        ? (() => OfWords(NativeNetworks.Of(name)), [NativeNetworks.Steps])
        : (() => NativeNetworks.Of(name), [NativeNetworks.Steps, NativeNetworks.Width]);

    /// <summary>The network, for numbers that stand for words: a file of the tests has floats as its input.</summary>
    private static Search.Tests.Infrastructure.FunctionNetwork OfWords(Module<Tensor, Tensor> network) =>
        new(x => network.call(x.mul(4).abs().clamp(0, NativeNetworks.Words - 1).to(ScalarType.Int64)), ("network", network));

    private static FunctionNetwork UNet()
    {
        var (down, middle, up, last) = (Conv2d(3, 4, 3, padding: 1), Conv2d(4, 6, 3, padding: 1, stride: 2), ConvTranspose2d(6, 4, 3, stride: 2, padding: 1, output_padding: 1), Conv2d(8, 2, 1));
        return new FunctionNetwork(
            x =>
            {
                var first = relu(down.call(x));
                var second = relu(up.call(relu(middle.call(first))));
                return interpolate(last.call(cat([first, second], 1)), scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: false);
            },
            down, middle, up, last);
    }

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

    private static FunctionNetwork Inception()
    {
        Module<Tensor, Tensor>[] branches = [Conv2d(3, 4, 1), Conv2d(3, 3, 3, padding: 1), Sequential(Conv2d(3, 2, 1), ReLU(), Conv2d(2, 3, 5, padding: 2))];
        var (pooled, norm, head) = (Conv2d(3, 2, 1), BatchNorm2d(12), Linear(12, 5));
        return new FunctionNetwork(
            x => head.call(dropout(adaptive_avg_pool2d(relu(norm.call(cat([.. branches.Select(branch => branch.call(x)), pooled.call(max_pool2d(x, 3, stride: 1, padding: 1))], 1))), 1).flatten(1), 0.4, training: false)),
            [.. branches, pooled, norm, head]);
    }

    private static FunctionNetwork SqueezeExcite()
    {
        var (conv, squeeze, excite, head) = (Conv2d(3, 6, 3), Conv2d(6, 2, 1), Conv2d(2, 6, 1), Linear(6, 4));
        return new FunctionNetwork(
            x =>
            {
                x = silu(conv.call(x));
                x = x * F.sigmoid(excite.call(relu(squeeze.call(x.mean([2, 3], true)))));
                return head.call(hardswish(x).amax([2, 3]));
            },
            conv, squeeze, excite, head);
    }

    private static FunctionNetwork Shuffle()
    {
        var (one, two, three) = (Conv2d(8, 8, 3, padding: 1, groups: 2), Conv2d(8, 8, 3, padding: 1, groups: 8), Conv2d(4, 4, 1));
        return new FunctionNetwork(
            x =>
            {
                x = one.call(x);
                x = x.view(x.shape[0], 2, 4, x.shape[2], x.shape[3]).transpose(1, 2).contiguous().view(-1, 8, x.shape[2], x.shape[3]);
                var parts = two.call(x).chunk(2, 1);
                return pixel_shuffle(cat([parts[0], three.call(parts[1])], 1), 2).flatten(1);
            },
            one, two, three);
    }

    private static FunctionNetwork Norms()
    {
        var (group, slopes, instance, batch) = (GroupNorm(4, 8), PReLU(8), InstanceNorm2d(8, affine: true), BatchNorm2d(8));
        return new FunctionNetwork(
            x =>
            {
                x = slopes.call(group.call(x));
                x = batch.call(instance.call(pad(x, [1, 2, 2, 1], PaddingModes.Reflect)));
                x = local_response_norm(x, 3);
                return normalize(x.flatten(2), 2, 1) + F.layer_norm(x, [9, 9]).flatten(2);
            },
            group, slopes, instance, batch);
    }

    private static FunctionNetwork InPlace()
    {
        var conv = Conv2d(4, 4, 3, padding: 1);
        return new FunctionNetwork(
            x =>
            {
                var y = conv.call(x);
                y.relu_().add_(x).mul_(0.5).sub_(0.1);
                y.div_(2).clamp_(-0.2, 0.9);
                return y + x;
            },
            conv);
    }

    private static FunctionNetwork Activations() => new(x => cat(
        [relu(x), relu6(x * 4), leaky_relu(x, 0.1), elu(x, 1), selu(x), celu(x, 1.3), silu(x), gelu(x), mish(x), hardswish(x), hardsigmoid(x), F.sigmoid(x), logsigmoid(x), tanh(x), softplus(x), x.clamp(-0.5, 0.5), x.clamp(min: 0), softmax(x, 1), log_softmax(x, 1), glu(x, 1)], 1));

    private static FunctionNetwork Pools() => new(x => cat(
        [
            max_pool2d(x, 3, 2, 1, ceil_mode: true).flatten(1), max_pool2d(x, [2, 3], [1, 2], dilation: [2, 1]).flatten(1), avg_pool2d(x, 3, 2, ceil_mode: true).flatten(1),
            avg_pool2d(x, 3, 2, 1, count_include_pad: false).flatten(1), avg_pool2d(x, 3, 1, 1).flatten(1), adaptive_avg_pool2d(x, [4, 5]).flatten(1), adaptive_avg_pool2d(x, [11, 1]).flatten(1),
            adaptive_max_pool2d(x, [1, 13]).flatten(1), max_pool1d(x.flatten(2), 4).flatten(1),
        ], 1));

    private static FunctionNetwork Shapes() => new(x =>
    {
        var y = x.unsqueeze(1).expand(-1, 3, -1, -1).reshape(-1, 4, 6).view(x.shape[0], 3, 24).permute(0, 2, 1).transpose(1, 2).squeeze().flatten(1);
        var z = stack([x, x.mul(2)], 2).repeat(1, 2, 1, 1).flip(2).flatten(1);
        var w = broadcast_to(x.narrow(1, 1, 2).sum(1, keepdim: true), x.shape[0], 5, 6).tril().flatten(1);
        var parts = x.split([1, 5], 2);
        return cat([y, z, w, parts[1].flatten(1), parts[0].flatten(1), zeros_like(x).flatten(1), x.index_select(1, tensor(new long[] { 2, 0 })).flatten(1), x.select(1, 3)], 1);
    });

    private static FunctionNetwork Indices()
    {
        var places = TensorIndex.Tensor(tensor(new long[] { 3, 1 }));
        return new FunctionNetwork(x => cat(
            [
                x[TensorIndex.Colon, TensorIndex.Single(0)].flatten(1), x[TensorIndex.Ellipsis, TensorIndex.Slice(1, 3)].flatten(1),
                x[TensorIndex.Colon, TensorIndex.Slice(null, null, 2), TensorIndex.Single(-1)].flatten(1),
                x[TensorIndex.Colon, TensorIndex.None, TensorIndex.Slice(-2)].flatten(1), x[TensorIndex.Colon, places].flatten(1),
            ], 1));
    }

    private static FunctionNetwork Arithmetic() => new(x =>
    {
        var y = x.abs().add(0.1);
        var z = y.sqrt() + y.rsqrt() - y.log() * y.reciprocal() / (1 + x.exp()) + x.pow(2) + y.pow(1.5) + x.sin() - x.cos() + x.neg().erf();
        return where(x > 0, z, z * 0.3) + torch.maximum(x, z) - torch.minimum(x, y) + x.masked_fill(x < 0.2, -1) + x.floor() + torch.add(x, y, alpha: 0.3);
    });

    private static FunctionNetwork Resizes() => new(x => cat(
        [
            interpolate(x, size: [8, 6], mode: InterpolationMode.Nearest).flatten(1), interpolate(x, size: [7, 5], mode: InterpolationMode.Bilinear, align_corners: true).flatten(1),
            interpolate(x, size: [7, 5], mode: InterpolationMode.Bicubic).flatten(1), pad(x, [1, 0, 2, 1], PaddingModes.Constant, 0.7).flatten(1), pad(x, [1, 2, 0, 1], PaddingModes.Replicate).flatten(1),
            Upsample(scale_factor: [2, 2]).call(x).flatten(1),
        ], 1));

    private static FunctionNetwork Sequence()
    {
        var (one, two, same) = (Conv1d(4, 6, 3, padding: 1), ConvTranspose1d(6, 3, 2, stride: 2), Conv1d(3, 3, 4, padding: Padding.Same));
        return new FunctionNetwork(x => same.call(relu(two.call(relu(one.call(x))))), one, two, same);
    }

    private static FunctionNetwork Products()
    {
        var weight = new TorchSharp.Modules.Parameter(randn(4, 4));
        var linear = Linear(4, 3, hasBias: false);
        return new FunctionNetwork(x => cat([x.matmul(weight).flatten(1), x.bmm(x).flatten(1), linear.call(x).flatten(1), baddbmm(x, x, x, 0.5f, 2).flatten(1), scaled_dot_product_attention(x, x, x, is_casual: true).flatten(1), scaled_dot_product_attention(x, x, x).flatten(1)], 1), linear);
    }

    private static FunctionNetwork Reductions() => new(x => cat(
        [x.mean([1, 2]), x.sum(1).flatten(1), x.amax([2]).flatten(1), x.max(1).values.flatten(1), x.argmax(1).to(ScalarType.Float32).flatten(1), x.norm(1, p: 2f).flatten(1), x.var([1, 2]), x.std([-1], unbiased: false).flatten(1), x.logsumexp(2).flatten(1), x.cumsum(1).flatten(1)], 1));

    private static FunctionNetwork DepthwiseTwice()
    {
        var (one, depthwise, last) = (Conv2d(3, 8, 3), Conv2d(8, 8, 3, padding: 1, groups: 8), Linear(8, 5));
        return new FunctionNetwork(x => last.call(relu(depthwise.call(relu(depthwise.call(relu(one.call(x)))))).mean([2, 3])), one, depthwise, last);
    }

    /// <summary>Tensors of the shape of one whose channels may go.</summary>
    private static FunctionNetwork Alike()
    {
        var (one, last) = (Conv2d(3, 8, 3), Linear(3, 5));
        return new FunctionNetwork(
            x =>
            {
                var y = relu(one.call(x));
                var all = y.mean([1, 2, 3], keepdim: false).unsqueeze(1);
                return last.call(cat([all, ones_like(y).sum([1, 2, 3], keepdim: false).unsqueeze(1), all], 1));
            },
            one,
            last);
    }

    /// <summary>Activations that are a product with something that is not zero, and slopes and scales of single channels.</summary>
    private static FunctionNetwork Gated()
    {
        var (one, two, three, slopes, scale, head) = (Conv2d(3, 8, 3), Conv2d(8, 8, 1), Conv2d(8, 6, 3, bias: false), PReLU(8), new TorchSharp.Modules.Parameter(rand(6, 1, 1).add(0.5)), Linear(6, 4));
        return new FunctionNetwork(x => head.call(gelu(three.call(silu(two.call(slopes.call(one.call(x))))) * scale).view(x.shape[0], 6, -1).mean([2])), one, two, three, slopes, head);
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

    /// <summary>One layer with a bias and its own states, time first; and two in both directions without, batch first.</summary>
    private static FunctionNetwork Recurrent(bool isGru)
    {
        var (one, two) = isGru ? ((Module)GRU(6, 4), (Module)GRU(4, 3, numLayers: 2, bias: false, batchFirst: true, bidirectional: true)) : (LSTM(6, 4), LSTM(4, 3, numLayers: 2, bias: false, batchFirst: true, bidirectional: true));
        return new FunctionNetwork(
            x =>
            {
                var (state, time) = (x.select(1, 0).narrow(1, 0, 4).unsqueeze(0), x.transpose(0, 1));
                if (one is TorchSharp.Modules.GRU gru)
                {
                    var (y, last) = gru.call(time, state);
                    var (z, ends) = ((TorchSharp.Modules.GRU)two).call(y.transpose(0, 1));
                    return cat([z.flatten(1), last.squeeze(0), ends.transpose(0, 1).flatten(1)], 1);
                }

                var (u, hidden, cell) = ((TorchSharp.Modules.LSTM)one).call(time, (state, state * 0.5));
                var (v, hiddens, cells) = ((TorchSharp.Modules.LSTM)two).call(u.transpose(0, 1), (ones(4, x.shape[0], 3), zeros(4, x.shape[0], 3)));
                return cat([v.flatten(1), hidden.squeeze(0), cell.squeeze(0), hiddens.transpose(0, 1).flatten(1), cells.transpose(0, 1).flatten(1)], 1);
            },
            one, two);
    }

    /// <summary>Two recurrent layers, of which the first alone takes what a layer gives.</summary>
    private static FunctionNetwork Rows()
    {
        var (first, gru, lstm, head) = (Linear(5, 7), GRU(7, 6, numLayers: 2, batchFirst: true), LSTM(6, 4), Linear(4, 3));
        return new FunctionNetwork(x => head.call(lstm.call(gru.call(relu(first.call(x))).Item1.transpose(0, 1)).Item2.squeeze(0)), first, gru, lstm, head);
    }

    /// <summary>Two sequences through one recurrent layer of two layers: one that another layer gives, and one that comes from outside.</summary>
    private static FunctionNetwork RowsTwice(bool isGru)
    {
        var (first, rows, head) = (Linear(5, 5), isGru ? (Module)GRU(5, 8, numLayers: 2, batchFirst: true) : LSTM(5, 8, numLayers: 2, batchFirst: true), Linear(8, 3));
        return new FunctionNetwork(x => head.call(Last(x.flip(1)) - Last(relu(first.call(x)))), first, rows, head);

        Tensor Last(Tensor x) => (rows is TorchSharp.Modules.GRU gru ? gru.call(x).Item2 : ((TorchSharp.Modules.LSTM)rows).call(x).Item2).select(0, 1);
    }

    /// <summary>A recurrent layer without biases that runs on what another layer gives, and then from its last state on its own results.</summary>
    private static FunctionNetwork RowsAgain()
    {
        var (first, rows, head) = (Linear(5, 8), GRU(8, 8, bias: false, batchFirst: true), Linear(8, 3));
        return new FunctionNetwork(
            x =>
            {
                var (y, state) = rows.call(relu(first.call(x)));
                return head.call(rows.call(y, state).Item1.mean([1]));
            },
            first, rows, head);
    }

    /// <summary>A recurrent layer that runs a second time, of which nothing comes.</summary>
    private static FunctionNetwork RowsInVain()
    {
        var (first, rows, head) = (Linear(5, 6), LSTM(6, 8, batchFirst: true), Linear(8, 3));
        return new FunctionNetwork(
            x =>
            {
                x = relu(first.call(x));
                _ = rows.call(x * 0.5);
                return head.call(rows.call(x).Item2.squeeze(0));
            },
            first, rows, head);
    }

    private static FunctionNetwork RowsBothWays()
    {
        var (lstm, head) = (LSTM(5, 6, batchFirst: true, bidirectional: true), Linear(12, 3));
        return new FunctionNetwork(x => head.call(lstm.call(x).Item1.mean([1])), lstm, head);
    }

    /// <summary>Two layers in both directions, of which the last states count, too, and of which layers make the first states.</summary>
    private static FunctionNetwork RowsOfTwoLayersBothWays()
    {
        var (first, start, rows, head) = (Linear(5, 6), Linear(5, 6), GRU(6, 6, numLayers: 2, batchFirst: true, bidirectional: true), Linear(24, 3));
        return new FunctionNetwork(
            x =>
            {
                var state = start.call(x.mean([1])).unsqueeze(0);
                var (y, last) = rows.call(relu(first.call(x)), cat([state, state, state, state], 0));
                return head.call(cat([y.mean([1]), last[2], last[3]], 1));
            },
            first, start, rows, head);
    }

    /// <summary>Numbers from -2 to 2 as words, through a table and a layer.</summary>
    private static FunctionNetwork Words()
    {
        var (table, hidden, head) = (Embedding(9, 6), Linear(6, 8), Linear(8, 3));
        return new FunctionNetwork(x => head.call(relu(hidden.call(table.call((x.clamp(-1.9, 1.9) * 2 + 4).to(ScalarType.Int64))).mean([1]))), table, hidden, head);
    }

    private static FunctionNetwork Edges() => new(x => cat(
        [
            interpolate(x, size: [1, 8], mode: InterpolationMode.Bilinear).flatten(1), x.narrow(1, -2, 2).flatten(1), local_response_norm(x, 3, alpha: 0.5).flatten(1),
            x.transpose(0, 1)[1].flatten(1), x.permute(1, 2, 0, 3)[-1, 2].flatten(1), x.permute(1, 2, 3, 0)[1, 2, 3].unsqueeze(1),
            (x * 4).to(ScalarType.Int64).lt(0.5).to(ScalarType.Float32).flatten(1),
        ], 1));

    private static FunctionNetwork Constants()
    {
        var table = randn(4, 6);
        return new FunctionNetwork(x =>
        {
            var places = arange(4, ScalarType.Float32).unsqueeze(1).mul(0.5).sin();
            return (x + places + table).mul(linspace(0, 1, 6)).flatten(1);
        });
    }
}
