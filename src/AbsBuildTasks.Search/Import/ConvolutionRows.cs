using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Import;

/// <summary>Convolutions over one to three dimensions.</summary>
internal static class ConvolutionRows
{
    /// <summary>The table.</summary>
    public static OperatorRow[] All { get; } =
    [
        new OperatorRow("Conv", 2, 3, node =>
        {
            var (weight, groups, windows) = Read(node);
            var padding = windows.IsSymmetric ? windows.Starts! : new long[windows.Kernel.Length];
            var layer = node.Layer(() => WithWeights(Convolution(windows, weight.shape[1] * groups, weight.shape[0], padding, groups, node.Has(2)), node));
            return inputs => [layer.call(windows.IsSymmetric ? inputs[0] : windows.Pad(inputs[0]))];
        }),
        new OperatorRow("ConvTranspose", 2, 3, node =>
        {
            var (weight, groups, windows) = Read(node);
            var extra = node.Ints("output_padding") ?? new long[windows.Kernel.Length];
            if (windows.Starts is null || node.HasAttribute("output_shape"))
            {
                throw node.Refuse("a size that depends on the input's (output_shape, auto_pad) is not read; export it with pads");
            }

            if (extra.Length != windows.Kernel.Length || extra.Where((size, axis) => size < 0 || size >= Math.Max(windows.Strides[axis], windows.Dilations[axis])).Any())
            {
                throw node.Unfit("its output_padding is not below its strides");
            }

            var padding = windows.IsSymmetric ? windows.Starts : new long[windows.Kernel.Length];
            var layer = node.Layer(() => WithWeights(Transposed(windows, weight.shape[0], weight.shape[1] * groups, padding, extra, groups, node.Has(2)), node));
            return inputs => [windows.IsSymmetric ? layer.call(inputs[0]) : Cropped(layer.call(inputs[0]), windows)];
        }),
    ];

    private static (Tensor Weight, long Groups, Windows Windows) Read(NodeSetup node)
    {
        var weight = node.Weight(1);
        var groups = node.Int("group", 1);
        if (weight.dim() is < 3 or > 5 || weight.shape.Contains(0) || !weight.is_floating_point())
        {
            throw node.Unfit($"its weights have shape [{string.Join(", ", weight.shape)}]");
        }

        return groups >= 1 && groups <= weight.shape[0] && weight.shape[0] % groups == 0
            ? (weight, groups, Windows.Read(node, weight.shape[2..]))
            : throw node.Unfit($"{weight.shape[0]} filters or inputs do not fall into {groups} groups");
    }

    private static Convolution Convolution(Windows windows, long inputs, long outputs, long[] padding, long groups, bool hasBias) => windows switch
    {
        { Kernel: [var size], Strides: [var step], Dilations: [var distance] } =>
            Conv1d(inputs, outputs, size, step, padding[0], distance, PaddingModes.Zeros, groups, hasBias),
        { Kernel: [_, _] } =>
            Conv2d(inputs, outputs, Two(windows.Kernel), Two(windows.Strides), Two(padding), Two(windows.Dilations), PaddingModes.Zeros, groups, hasBias),
        _ =>
            Conv3d(inputs, outputs, Three(windows.Kernel), Three(windows.Strides), Three(padding), Three(windows.Dilations), PaddingModes.Zeros, groups, hasBias),
    };

    private static Convolution Transposed(Windows windows, long inputs, long outputs, long[] padding, long[] extra, long groups, bool hasBias) => windows switch
    {
        { Kernel: [var size], Strides: [var step], Dilations: [var distance] } =>
            ConvTranspose1d(inputs, outputs, size, step, padding[0], extra[0], distance, PaddingModes.Zeros, groups, hasBias),
        { Kernel: [_, _] } =>
            ConvTranspose2d(inputs, outputs, Two(windows.Kernel), Two(windows.Strides), Two(padding), Two(extra), Two(windows.Dilations), PaddingModes.Zeros, groups, hasBias),
        _ =>
            ConvTranspose3d(inputs, outputs, Three(windows.Kernel), Three(windows.Strides), Three(padding), Three(extra), Three(windows.Dilations), PaddingModes.Zeros, groups, hasBias),
    };

    private static Convolution WithWeights(Convolution layer, NodeSetup node)
    {
        if (node.Has(2) && !node.Weight(2).shape.SequenceEqual(layer.bias!.shape))
        {
            throw node.Unfit("its bias is not one number for each filter");
        }

        Weights.Set(layer.weight, node.Weight(1));
        Weights.Set(layer.bias, node.Constant(2));
        return layer;
    }

    // Where torch takes one number for both sides of a dimension.
    private static Tensor Cropped(Tensor whole, Windows windows)
    {
        for (var axis = 0; axis < windows.Kernel.Length; axis++)
        {
            whole = whole.narrow(axis + 2, windows.Starts![axis], whole.shape[axis + 2] - windows.Starts[axis] - windows.Ends![axis]);
        }

        return whole;
    }

    private static (long, long) Two(long[] sizes) => (sizes[0], sizes[1]);

    private static (long, long, long) Three(long[] sizes) => (sizes[0], sizes[1], sizes[2]);
}
