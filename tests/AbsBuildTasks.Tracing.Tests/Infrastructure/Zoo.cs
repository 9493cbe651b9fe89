using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;
using F = TorchSharp.torch.nn.functional;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>Architectures that people use, each small.</summary>
internal static class Zoo
{
    /// <summary>The networks by name, with the shape of an example of each.</summary>
    public static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Make, long[] Example)> All = new()
    {
        ["VGG"] = (Vgg, [3, 8, 8]),
        ["ResNeXt"] = (ResNeXt, [3, 8, 8]),
        ["GoogLeNet"] = (GoogLeNet, [3, 12, 12]),
        ["SqueezeNet"] = (SqueezeNet, [3, 9, 9]),
        ["DenseNet"] = (DenseNet, [3, 8, 8]),
        ["ShuffleNetV2"] = (ShuffleNet, [3, 8, 8]),
        ["MobileNetV3"] = (MobileNetV3, [3, 8, 8]),
        ["EfficientNet"] = (EfficientNet, [3, 8, 8]),
        ["ConvNeXt"] = (ConvNeXt, [3, 8, 8]),
        ["U-Net, two levels"] = (UNet, [3, 8, 8]),
        ["feature pyramid"] = (Pyramid, [3, 8, 8]),
        ["ViT"] = (() => ViT(isJoint: true), [3, 8, 8]),
        ["ViT, layers apart"] = (() => ViT(isJoint: false), [3, 8, 8]),
        ["MLP-Mixer"] = (Mixer, [3, 8, 8]),
        ["WaveNet"] = (WaveNet, [2, 16]),
        ["gated linear units"] = (GatedUnits, [4, 12]),
        ["audio decoder"] = (AudioDecoder, [1, 64]),
        ["decoder with a view"] = (Decoder, [6]),
        ["channels by index"] = (ByIndex, [3, 8, 8]),
    };

    private static Module<Tensor, Tensor> ConvNorm(int inputs, int filters, int kernel, int stride = 1, int groups = 1) =>
        Sequential(Conv2d(inputs, filters, kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false), BatchNorm2d(filters));

    private static FunctionNetwork Vgg()
    {
        var (one, two, three, four, hidden, head) = (ConvNorm(3, 8, 3), ConvNorm(8, 8, 3), ConvNorm(8, 12, 3), ConvNorm(12, 12, 3), Linear(48, 16), Linear(16, 5));
        return new FunctionNetwork(
            x =>
            {
                x = max_pool2d(relu(two.call(relu(one.call(x)))), 2);
                x = max_pool2d(relu(four.call(relu(three.call(x)))), 2);
                return head.call(dropout(relu(hidden.call(x.flatten(1))), 0.5, training: false));
            },
            one, two, three, four, hidden, head);
    }

    private static FunctionNetwork ResNeXt()
    {
        var (stem, reduce, grouped, expand, shortcut, head) = (ConvNorm(3, 8, 3), ConvNorm(8, 12, 1), ConvNorm(12, 12, 3, stride: 2, groups: 3), ConvNorm(12, 16, 1), ConvNorm(8, 16, 1, stride: 2), Linear(16, 5));
        return new FunctionNetwork(
            x =>
            {
                x = relu(stem.call(x));
                return head.call(relu(expand.call(relu(grouped.call(relu(reduce.call(x))))) + shortcut.call(x)).mean([2, 3]));
            },
            stem, reduce, grouped, expand, shortcut, head);
    }

    private static FunctionNetwork GoogLeNet()
    {
        var (stem, one, two, head) = (ConvNorm(3, 8, 3), Block(8), Block(14), Linear(14, 5));
        return new FunctionNetwork(
            x =>
            {
                x = max_pool2d(relu(stem.call(x)), 3, stride: 2, padding: 1, ceil_mode: true);
                x = max_pool2d(Run(one, x), 3, stride: 2, ceil_mode: true);
                return head.call(dropout(adaptive_avg_pool2d(Run(two, x), 1).flatten(1), 0.2, training: false));
            },
            [stem, .. one, .. two, head]);

        static Module<Tensor, Tensor>[] Block(int inputs) => [ConvNorm(inputs, 4, 1), ConvNorm(inputs, 4, 1), ConvNorm(4, 4, 3), ConvNorm(inputs, 3, 1), ConvNorm(3, 3, 3), ConvNorm(inputs, 3, 1)];

        static Tensor Run(Module<Tensor, Tensor>[] block, Tensor x) => cat(
            [
                relu(block[0].call(x)), relu(block[2].call(relu(block[1].call(x)))), relu(block[4].call(relu(block[3].call(x)))),
                relu(block[5].call(max_pool2d(x, 3, stride: 1, padding: 1, ceil_mode: true))),
            ],
            1);
    }

    private static FunctionNetwork SqueezeNet()
    {
        var (stem, squeeze, small, large, head) = (Conv2d(3, 8, 3), Conv2d(8, 4, 1), Conv2d(4, 6, 1), Conv2d(4, 6, 3, padding: 1), Conv2d(12, 5, 1));
        return new FunctionNetwork(
            x =>
            {
                x = relu(squeeze.call(max_pool2d(relu(stem.call(x)), 2, ceil_mode: true)));
                x = cat([relu(small.call(x)), relu(large.call(x))], 1);
                return adaptive_avg_pool2d(relu(head.call(x)), 1).flatten(1);
            },
            stem, squeeze, small, large, head);
    }

    private static FunctionNetwork DenseNet()
    {
        var (stem, norm1, conv1, norm2, conv2, norm3, transition, norm4, conv4, last, head) = (
            Conv2d(3, 8, 3, padding: 1, bias: false), BatchNorm2d(8), Conv2d(8, 4, 3, padding: 1, bias: false), BatchNorm2d(12), Conv2d(12, 4, 3, padding: 1, bias: false),
            BatchNorm2d(16), Conv2d(16, 8, 1, bias: false), BatchNorm2d(8), Conv2d(8, 4, 3, padding: 1, bias: false), BatchNorm2d(12), Linear(12, 5));
        return new FunctionNetwork(
            x =>
            {
                x = stem.call(x);
                x = cat([x, conv1.call(relu(norm1.call(x)))], 1);
                x = cat([x, conv2.call(relu(norm2.call(x)))], 1);
                x = avg_pool2d(transition.call(relu(norm3.call(x))), 2);
                x = cat([x, conv4.call(relu(norm4.call(x)))], 1);
                return head.call(relu(last.call(x)).mean([2, 3]));
            },
            stem, norm1, conv1, norm2, conv2, norm3, transition, norm4, conv4, last, head);
    }

    /// <summary>Halves of the channels, of which one goes through layers, and a shuffle of both; and the unit with a stride, which takes all of them twice.</summary>
    private static FunctionNetwork ShuffleNet()
    {
        var (stem, left, right, head) = (ConvNorm(3, 8, 3), Branch(8, 6, 2), Branch(8, 6, 2), Linear(12, 5));
        Module<Tensor, Tensor>[][] units = [Branch(6, 6, 1), Branch(6, 6, 1)];
        return new FunctionNetwork(
            x =>
            {
                x = relu(stem.call(x));
                x = Shuffled(cat([Run(left, x), Run(right, x)], 1));
                foreach (var unit in units)
                {
                    var halves = x.chunk(2, 1);
                    x = Shuffled(cat([halves[0], Run(unit, halves[1])], 1));
                }

                return head.call(x.mean([2, 3]));
            },
            [stem, .. left, .. right, .. units[0], .. units[1], head]);

        static Module<Tensor, Tensor>[] Branch(int inputs, int filters, int stride) => [ConvNorm(inputs, filters, 1), ConvNorm(filters, filters, 3, stride, filters), ConvNorm(filters, filters, 1)];

        static Tensor Run(Module<Tensor, Tensor>[] branch, Tensor x) => relu(branch[2].call(branch[1].call(relu(branch[0].call(x)))));

        static Tensor Shuffled(Tensor x)
        {
            var (n, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
            return x.view(n, 2, channels / 2, height, width).transpose(1, 2).contiguous().view(n, channels, height, width);
        }
    }

    private static FunctionNetwork MobileNetV3() => Inverted(x => hardswish(x), x => hardsigmoid(x), x => relu(x));

    private static FunctionNetwork EfficientNet() => Inverted(x => silu(x), F.sigmoid, x => silu(x));

    /// <summary>An inverted residual with squeeze and excitation, and a last layer on its own.</summary>
    private static FunctionNetwork Inverted(Func<Tensor, Tensor> activation, Func<Tensor, Tensor> gate, Func<Tensor, Tensor> squeezed)
    {
        var (stem, expand, depthwise, squeeze, excite, project, last, head) = (
            ConvNorm(3, 8, 3), ConvNorm(8, 16, 1), ConvNorm(16, 16, 5, groups: 16), Conv2d(16, 4, 1), Conv2d(4, 16, 1), ConvNorm(16, 8, 1), ConvNorm(8, 12, 1), Linear(12, 5));
        return new FunctionNetwork(
            x =>
            {
                x = activation(stem.call(x));
                var y = activation(depthwise.call(activation(expand.call(x))));
                y = y * gate(excite.call(squeezed(squeeze.call(adaptive_avg_pool2d(y, 1)))));
                return head.call(activation(last.call(x + project.call(y))).mean([2, 3]));
            },
            stem, expand, depthwise, squeeze, excite, project, last, head);
    }

    private static FunctionNetwork ConvNeXt()
    {
        var (stem, depthwise, norm, expand, project, down, last, head) = (
            Conv2d(3, 8, 2, stride: 2), Conv2d(8, 8, 7, padding: 3, groups: 8), LayerNorm(8), Linear(8, 16), Linear(16, 8), Conv2d(8, 12, 2, stride: 2), LayerNorm(12), Linear(12, 5));
        var scale = new TorchSharp.Modules.Parameter(rand(8));
        return new FunctionNetwork(
            x =>
            {
                x = stem.call(x);
                var y = norm.call(depthwise.call(x).permute(0, 2, 3, 1));
                y = (project.call(gelu(expand.call(y))) * scale).permute(0, 3, 1, 2);
                return head.call(last.call(down.call(x + y).mean([2, 3])));
            },
            stem, depthwise, norm, expand, project, down, last, head);
    }

    private static FunctionNetwork UNet()
    {
        Module<Tensor, Tensor>[] down = [ConvNorm(3, 6, 3), ConvNorm(6, 6, 3), ConvNorm(6, 8, 3), ConvNorm(8, 8, 3), ConvNorm(8, 12, 3)];
        var (up2, fuse2, up1, fuse1, head) = (ConvTranspose2d(12, 8, 2, stride: 2), ConvNorm(16, 8, 3), ConvTranspose2d(8, 6, 2, stride: 2), ConvNorm(12, 6, 3), Conv2d(6, 2, 1));
        return new FunctionNetwork(
            x =>
            {
                var first = relu(down[1].call(relu(down[0].call(x))));
                var second = relu(down[3].call(relu(down[2].call(max_pool2d(first, 2)))));
                var y = up2.call(relu(down[4].call(max_pool2d(second, 2))));
                y = relu(fuse2.call(cat([y, second], 1)));
                return head.call(relu(fuse1.call(cat([up1.call(y), first], 1))));
            },
            [.. down, up2, fuse2, up1, fuse1, head]);
    }

    private static FunctionNetwork Pyramid()
    {
        var (fine, coarse, lateral, top, smooth, head) = (ConvNorm(3, 6, 3), ConvNorm(6, 8, 3, stride: 2), Conv2d(6, 6, 1), Conv2d(8, 6, 1), Conv2d(6, 6, 3, padding: 1), Conv2d(6, 3, 1));
        return new FunctionNetwork(
            x =>
            {
                var first = relu(fine.call(x));
                var second = top.call(relu(coarse.call(first)));
                return head.call(relu(smooth.call(lateral.call(first) + interpolate(second, scale_factor: [2, 2], mode: InterpolationMode.Nearest))));
            },
            fine, coarse, lateral, top, smooth, head);
    }

    /// <summary>Patches by a convolution, a class token, positions, and blocks whose attention is made of linear layers.</summary>
    private static FunctionNetwork ViT(bool isJoint)
    {
        const int Size = 8;
        const int Heads = 2;
        var (patch, token, places, norm, head) = (Conv2d(3, Size, 4, stride: 4), new TorchSharp.Modules.Parameter(randn(1, 1, Size)), new TorchSharp.Modules.Parameter(randn(1, 5, Size)), LayerNorm(Size), Linear(Size, 5));
        Module<Tensor, Tensor>[][] blocks = [Block(), Block()];
        return new FunctionNetwork(
            x =>
            {
                x = patch.call(x).flatten(2).transpose(1, 2);
                x = cat([token.expand(x.shape[0], 1, Size), x], 1) + places;
                foreach (var block in blocks)
                {
                    x += block[^4].call(Attended(block, block[^5].call(x)));
                    x += block[^1].call(gelu(block[^2].call(block[^3].call(x))));
                }

                return head.call(norm.call(x)[TensorIndex.Colon, TensorIndex.Single(0)]);
            },
            [patch, .. blocks.SelectMany(block => block), norm, head]);

        Module<Tensor, Tensor>[] Block() => [.. Projections(), LayerNorm(Size), Linear(Size, Size), LayerNorm(Size), Linear(Size, 2 * Size), Linear(2 * Size, Size)];

        Module<Tensor, Tensor>[] Projections() => isJoint ? [Linear(Size, 3 * Size)] : [Linear(Size, Size), Linear(Size, Size), Linear(Size, Size)];

        Tensor Attended(Module<Tensor, Tensor>[] block, Tensor x)
        {
            var (n, length) = (x.shape[0], x.shape[1]);
            Tensor[] parts = isJoint ? block[0].call(x).reshape(n, length, 3, Heads, Size / Heads).permute(2, 0, 3, 1, 4).unbind(0) : [.. block[..3].Select(layer => layer.call(x).view(n, length, Heads, -1).transpose(1, 2))];
            return scaled_dot_product_attention(parts[0], parts[1], parts[2]).transpose(1, 2).reshape(n, length, Size);
        }
    }

    private static FunctionNetwork Mixer()
    {
        var (patch, norm1, tokens1, tokens2, norm2, channels1, channels2, norm3, head) = (Conv2d(3, 8, 2, stride: 2), LayerNorm(8), Linear(16, 12), Linear(12, 16), LayerNorm(8), Linear(8, 16), Linear(16, 8), LayerNorm(8), Linear(8, 5));
        return new FunctionNetwork(
            x =>
            {
                x = patch.call(x).flatten(2).transpose(1, 2);
                x += tokens2.call(gelu(tokens1.call(norm1.call(x).transpose(1, 2)))).transpose(1, 2);
                x += channels2.call(gelu(channels1.call(norm2.call(x))));
                return head.call(norm3.call(x).mean([1]));
            },
            patch, norm1, tokens1, tokens2, norm2, channels1, channels2, norm3, head);
    }

    private static FunctionNetwork WaveNet()
    {
        var (start, last, head) = (Conv1d(2, 8, 1), Conv1d(6, 8, 1), Linear(8, 5));
        Module<Tensor, Tensor>[][] layers = [.. new[] { 1, 2, 4 }.Select(dilation => new Module<Tensor, Tensor>[] { Conv1d(8, 12, 3, padding: dilation, dilation: dilation), Conv1d(6, 8, 1), Conv1d(6, 6, 1) })];
        return new FunctionNetwork(
            x =>
            {
                x = start.call(x);
                Tensor? skips = null;
                foreach (var layer in layers)
                {
                    var parts = layer[0].call(x).chunk(2, 1);
                    var gated = tanh(parts[0]) * F.sigmoid(parts[1]);
                    x += layer[1].call(gated);
                    skips = skips is null ? layer[2].call(gated) : skips + layer[2].call(gated);
                }

                return head.call(relu(last.call(relu(skips!))).mean([2]));
            },
            [start, .. layers.SelectMany(layer => layer), last, head]);
    }

    private static FunctionNetwork GatedUnits()
    {
        var (one, two, three, head) = (Conv1d(4, 12, 3, padding: 1), Conv1d(6, 16, 3, padding: 2, dilation: 2), Conv1d(8, 8, 1), Linear(8, 3));
        return new FunctionNetwork(x => head.call(relu(three.call(glu(two.call(glu(one.call(x), 1)), 1))).mean([2])), one, two, three, head);
    }

    private static FunctionNetwork AudioDecoder()
    {
        var (one, two, depthwise, point, up2, up1) = (
            Conv1d(1, 8, 8, stride: 4, padding: 2), Conv1d(8, 12, 8, stride: 4, padding: 2), Conv1d(12, 12, 3, padding: 2, dilation: 2, groups: 12), Conv1d(12, 12, 1),
            ConvTranspose1d(12, 8, 8, stride: 4, padding: 2, groups: 2), ConvTranspose1d(8, 1, 8, stride: 4, padding: 2));
        return new FunctionNetwork(
            x =>
            {
                var first = relu(one.call(x));
                var second = relu(two.call(first));
                second += point.call(relu(depthwise.call(second)));
                return up1.call(first + relu(up2.call(second)));
            },
            one, two, depthwise, point, up2, up1);
    }

    private static FunctionNetwork Decoder()
    {
        var (first, start, norm, up, last) = (Linear(6, 8), Linear(8, 8 * 9), BatchNorm2d(6), ConvTranspose2d(8, 6, 4, stride: 2, padding: 1), ConvTranspose2d(6, 1, 4, stride: 2, padding: 1));
        return new FunctionNetwork(x => last.call(relu(norm.call(up.call(relu(start.call(relu(first.call(x)))).view(-1, 8, 3, 3))))), first, start, norm, up, last);
    }

    /// <summary>Channels that are picked by index, split in other shares than halves, turned around, and joined in other orders.</summary>
    private static FunctionNetwork ByIndex()
    {
        var (stem, odd, part, flipped, head) = (ConvNorm(3, 12, 3), Conv2d(4, 6, 1), Conv2d(5, 6, 3, padding: 1), Conv2d(7, 6, 1), Linear(6 + 6 + 6 + 3, 5));
        var chosen = tensor(new long[] { 1, 3, 5, 9 });
        return new FunctionNetwork(
            x =>
            {
                x = relu(stem.call(x));
                var parts = x.split([7, 5], 1);
                var y = cat([relu(odd.call(x.index_select(1, chosen))), relu(part.call(parts[1])), relu(flipped.call(parts[0].flip(1))), x.narrow(1, 4, 3)], 1);
                return head.call(y.mean([2, 3]));
            },
            stem, odd, part, flipped, head);
    }
}
