using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>Networks with sums and products whose results a target has rounded, beside those of <see cref="Networks"/>.</summary>
internal static class SumNetworks
{
    public static FunctionNetwork Attention()
    {
        var (queries, keys, values, head) = (Linear(8, 8), Linear(8, 8), Linear(8, 8), Linear(8, 3));
        return new FunctionNetwork(x => head.call(scaled_dot_product_attention(queries.call(x), keys.call(x), values.call(x), is_casual: true).mean([1])), queries, keys, values, head);
    }

    /// <summary>Keys and values that products take reordered.</summary>
    public static FunctionNetwork EinsumAttention()
    {
        var (queries, keys, values, head) = (Linear(8, 8), Linear(8, 8), Linear(8, 8), Linear(8, 3));
        return new FunctionNetwork(x => head.call(einsum("nqk,nkd->nqd", einsum("nqd,nkd->nqk", queries.call(x), keys.call(x)).softmax(-1), values.call(x)).mean([1])), queries, keys, values, head);
    }

    public static FunctionNetwork InputInProduct()
    {
        var (weights, head) = (Linear(8, 6), Linear(8, 3));
        return new FunctionNetwork(x => head.call(weights.call(x).softmax(-1).matmul(x).mean([1])), weights, head);
    }

    /// <summary>What the clip gives goes into a sum.</summary>
    public static FunctionNetwork ClipInPlace()
    {
        var (stem, one, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Linear(8, 3));
        return new FunctionNetwork(
            x =>
            {
                x = stem.call(x).relu6_();
                return head.call(relu(one.call(x) + x).mean([2, 3]));
            },
            stem, one, head);
    }

    public static FunctionNetwork Pooled()
    {
        var (first, second, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Linear(8, 3));
        return new FunctionNetwork(x => head.call(second.call(relu(max_pool2d(first.call(x), 2))).mean([2, 3])), first, second, head);
    }

    public static FunctionNetwork Residual(bool inPlace)
    {
        var (stem, one, two, norm, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), BatchNorm2d(8), Linear(8, 3));
        return new FunctionNetwork(
            x =>
            {
                x = relu(stem.call(x), inPlace);
                var y = one.call(x);
                x = relu(inPlace ? y.add_(x) : y + x, inPlace);
                y = norm.call(two.call(x));
                return head.call(relu(inPlace ? y.add_(x) : y + x, inPlace).mean([2, 3]));
            },
            stem, one, two, norm, head);
    }
}
