using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Import;

/// <summary>Normalisations.</summary>
internal static class NormRows
{
    private const float Epsilon = 1e-5f;

    /// <summary>The table.</summary>
    public static OperatorRow[] All { get; } =
    [
        new OperatorRow("BatchNormalization", 5, 5, OfBatch),
        new OperatorRow("InstanceNormalization", 3, 3, OfInstance),
        new OperatorRow("LayerNormalization", 2, 3, OfLayer),
        new OperatorRow("GroupNormalization", 3, 3, OfGroup),
        new OperatorRow("LRN", 1, 1, node =>
        {
            var (size, alpha, beta, bias) = (node.Int("size", 1), node.Float("alpha", 1e-4f), node.Float("beta", 0.75f), node.Float("bias", 1));
            return size is >= 1 and <= 1 << 20 && size % 2 == 1
                ? inputs => [functional.local_response_norm(inputs[0], size, alpha, beta, bias)]
                : throw node.Refuse("its size is even, or too large");
        }),
        new OperatorRow("LpNormalization", 1, 1, node =>
        {
            var (axis, power) = (node.Int("axis", -1), node.Int("p", 2));
            return inputs => [inputs[0] / linalg.vector_norm(inputs[0], power, [axis], keepdim: true)];
        }),
    ];

    private static Operation OfBatch(NodeSetup node)
    {
        // Where a file was exported in training mode, the statistics are those of training all the same.
        node.Ignore("training_mode");
        if (node.Int("spatial", 1) != 1)
        {
            throw node.Refuse("only a normalisation of whole channels is read");
        }

        var (epsilon, momentum) = (node.Float("epsilon", Epsilon), node.Float("momentum", 0.9f));
        var scale = Scale(node);
        var layer = node.Layer(() =>
        {
            var norm = BatchNorm2d(scale.shape[0], epsilon, 1 - momentum);
            Weights.Set(norm.weight, scale);
            Weights.Set(norm.bias, node.Weight(2));
            Weights.Set(norm.running_mean, node.Weight(3));
            Weights.Set(norm.running_var, node.Weight(4));
            return norm;
        });
        return inputs => [InPlanes(layer, inputs[0])];
    }

    private static Operation OfInstance(NodeSetup node)
    {
        var epsilon = node.Float("epsilon", Epsilon);
        var scale = Scale(node);
        var layer = node.Layer(() =>
        {
            var norm = InstanceNorm2d(scale.shape[0], epsilon, affine: true);
            Weights.Set(norm.weight, scale);
            Weights.Set(norm.bias, node.Weight(2));
            return norm;
        });
        return inputs => [InPlanes(layer, inputs[0])];
    }

    private static Operation OfLayer(NodeSetup node)
    {
        var (axis, epsilon) = (node.Int("axis", -1), node.Float("epsilon", Epsilon));
        node.Ignore("stash_type");
        if (axis < 0 && node.Constant(0) is null && node.Constant(1) is { } scale && scale.dim() == -axis && (!node.Has(2) || node.Constant(2)?.dim() == -axis))
        {
            var bias = node.Constant(2);
            var layer = node.Layer(() =>
            {
                var norm = LayerNorm(scale.shape, epsilon, elementwise_affine: true, bias: bias is not null);
                Weights.Set(norm.weight, scale);
                Weights.Set(norm.bias, bias);
                return norm;
            });
            return inputs => [layer.call(inputs[0])];
        }

        return inputs =>
        {
            var all = inputs.Together();
            var start = (int)(axis < 0 ? axis + all[0].dim() : axis);
            var norm = functional.layer_norm(all[0], all[0].shape[start..], eps: epsilon) * all[1];
            return [all.Length > 2 ? norm + all[2] : norm];
        };
    }

    private static Operation OfGroup(NodeSetup node)
    {
        var (groups, epsilon) = (node.Int("num_groups", 0), node.Float("epsilon", Epsilon));
        node.Ignore("stash_type");
        return groups <= 0 ? throw node.Unfit($"it has {groups} groups") : inputs =>
        {
            var (x, scale, shift) = (inputs[0], inputs[1], inputs[2]);
            var norm = functional.group_norm(x, groups, eps: epsilon);

            // Until version 21 a number for each group, since then one for each channel.
            long[] channels = [x.shape[1], .. Enumerable.Repeat(1L, (int)x.dim() - 2)];
            return [(norm * PerChannel(scale)) + PerChannel(shift)];

            Tensor PerChannel(Tensor values) => values.repeat_interleave(x.shape[1] / values.shape[0]).reshape(channels);
        };
    }

    private static Tensor Scale(NodeSetup node) => node.Weight(1) is { shape: [_] } scale
        && Enumerable.Range(2, 3).All(input => !node.Has(input) || node.Weight(input).shape.SequenceEqual(scale.shape))
            ? scale
            : throw node.Unfit("its parameters are not one number for each channel");

    // A layer is made for images; whatever lies behind the channels of other inputs becomes their height.
    private static Tensor InPlanes(Module<Tensor, Tensor> layer, Tensor x) => x.dim() == 4
        ? layer.call(x)
        : layer.call(x.reshape(x.shape[0], x.shape[1], -1, 1)).reshape(x.shape);
}
