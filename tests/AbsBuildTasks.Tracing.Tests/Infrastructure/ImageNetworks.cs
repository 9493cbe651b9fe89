using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;
using F = TorchSharp.torch.nn.functional;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>Networks over images.</summary>
internal static class ImageNetworks
{
    /// <summary>The networks by name, with the shape of an example of each.</summary>
    public static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Make, long[] Example)> All = new()
    {
        ["u-net"] = (UNet, [3, 16, 16]),
        ["inception"] = (Inception, [3, 9, 9]),
        ["squeeze-excite"] = (SqueezeExcite, [3, 8, 8]),
        ["shuffle"] = (Shuffle, [8, 6, 6]),
        ["depthwise twice"] = (DepthwiseTwice, [3, 6, 6]),
        ["alike"] = (Alike, [3, 6, 6]),
        ["gated"] = (Gated, [3, 8, 8]),
    };

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
}
