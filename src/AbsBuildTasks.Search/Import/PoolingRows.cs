using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Import;

/// <summary>Pooling.</summary>
internal static class PoolingRows
{
    /// <summary>The table.</summary>
    public static OperatorRow[] All { get; } =
    [
        new OperatorRow("MaxPool", 1, 1, Max),
        new OperatorRow("AveragePool", 1, 1, Average),
        OperatorRow.Of("GlobalAveragePool", x => x.mean(Places(x), keepdim: true)),
        OperatorRow.Of("GlobalMaxPool", x => x.amax(Places(x), keepdim: true)),
    ];

    private static Operation Max(NodeSetup node)
    {
        node.Ignore("storage_order");
        var (windows, isUp) = (Windows.Read(node, null), node.Flag("ceil_mode"));
        var padding = Padding(windows);
        return inputs =>
        {
            var x = padding is null ? windows.Pad(inputs[0], double.NegativeInfinity) : inputs[0];
            var around = padding ?? new long[windows.Kernel.Length];
            return [windows.Kernel.Length == 3
                ? functional.max_pool3d(x, windows.Kernel, windows.Strides, around, windows.Dilations, isUp)
                : InPlanes(x, windows, y => functional.max_pool2d(y, Plane(windows.Kernel, 1), Plane(windows.Strides, 1), Plane(around, 0), Plane(windows.Dilations, 1), isUp))];
        };
    }

    private static Operation Average(NodeSetup node)
    {
        var (windows, isUp, isPaddingCounted) = (Windows.Read(node, null), node.Flag("ceil_mode"), node.Flag("count_include_pad"));
        if (windows.Dilations.Any(distance => distance != 1))
        {
            throw node.Refuse("an average with dilations is not read");
        }

        var padding = Padding(windows);
        if (padding is null && isUp)
        {
            throw node.Refuse("ceil_mode is not read together with pads that differ between both sides");
        }

        return inputs =>
        {
            var x = inputs[0];
            if (padding is not null)
            {
                return [Mean(x, windows, padding, isUp, isPaddingCounted)];
            }

            var none = new long[windows.Kernel.Length];
            var mean = Mean(windows.Pad(x), windows, none, isUp: false, isPaddingCounted: true);
            return [isPaddingCounted ? mean : mean / Mean(windows.Pad(ones_like(x)), windows, none, isUp: false, isPaddingCounted: true)];
        };
    }

    private static Tensor Mean(Tensor x, Windows windows, long[] padding, bool isUp, bool isPaddingCounted) => windows.Kernel.Length == 3
        ? functional.avg_pool3d(x, windows.Kernel, windows.Strides, padding, isUp, isPaddingCounted)
        : InPlanes(x, windows, y => functional.avg_pool2d(y, Plane(windows.Kernel, 1), Plane(windows.Strides, 1), Plane(padding, 0), isUp, isPaddingCounted));

    // Torch adds the same on both sides, and at most half of a window; null where more is wanted.
    private static long[]? Padding(Windows windows) =>
        windows.IsSymmetric && windows.Starts!.Zip(windows.Kernel, (added, size) => 2 * added <= size).All(fits => fits) ? windows.Starts : null;

    // One dimension as the height of an image.
    private static Tensor InPlanes(Tensor x, Windows windows, Func<Tensor, Tensor> run) => windows.Kernel.Length == 2 ? run(x) : run(x.unsqueeze(-1)).squeeze(-1);

    private static long[] Plane(long[] sizes, long other) => sizes.Length == 2 ? sizes : [sizes[0], other];

    private static long[] Places(Tensor x) => [.. Enumerable.Range(2, (int)x.dim() - 2).Select(axis => (long)axis)];
}
