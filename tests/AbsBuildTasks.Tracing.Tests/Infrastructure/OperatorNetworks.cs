using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;
using F = TorchSharp.torch.nn.functional;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>Many operations of one kind each, mostly without layers.</summary>
internal static class OperatorNetworks
{
    /// <summary>The networks by name, with the shape of an example of each.</summary>
    public static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Make, long[] Example)> All = new()
    {
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
        ["products"] = (Products, [4, 4]),
        ["reductions"] = (Reductions, [3, 4, 5]),
        ["constants"] = (Constants, [4, 6]),
        ["edges"] = (Edges, [4, 6, 6]),
    };

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

    private static FunctionNetwork Products()
    {
        var weight = new TorchSharp.Modules.Parameter(randn(4, 4));
        var linear = Linear(4, 3, hasBias: false);
        return new FunctionNetwork(x => cat([x.matmul(weight).flatten(1), x.bmm(x).flatten(1), linear.call(x).flatten(1), baddbmm(x, x, x, 0.5f, 2).flatten(1), scaled_dot_product_attention(x, x, x, is_casual: true).flatten(1), scaled_dot_product_attention(x, x, x).flatten(1)], 1), linear);
    }

    private static FunctionNetwork Reductions() => new(x => cat(
        [x.mean([1, 2]), x.sum(1).flatten(1), x.amax([2]).flatten(1), x.max(1).values.flatten(1), x.argmax(1).to(ScalarType.Float32).flatten(1), x.norm(1, p: 2f).flatten(1), x.var([1, 2]), x.std([-1], unbiased: false).flatten(1), x.logsumexp(2).flatten(1), x.cumsum(1).flatten(1)], 1));

    private static FunctionNetwork Constants()
    {
        var table = randn(4, 6);
        return new FunctionNetwork(x =>
        {
            var places = arange(4, ScalarType.Float32).unsqueeze(1).mul(0.5).sin();
            return (x + places + table).mul(linspace(0, 1, 6)).flatten(1);
        });
    }

    private static FunctionNetwork Edges() => new(x => cat(
        [
            interpolate(x, size: [1, 8], mode: InterpolationMode.Bilinear).flatten(1), x.narrow(1, -2, 2).flatten(1), local_response_norm(x, 3, alpha: 0.5).flatten(1),
            x.transpose(0, 1)[1].flatten(1), x.permute(1, 2, 0, 3)[-1, 2].flatten(1), x.permute(1, 2, 3, 0)[1, 2, 3].unsqueeze(1),
            (x * 4).to(ScalarType.Int64).lt(0.5).to(ScalarType.Float32).flatten(1),
        ], 1));
}
