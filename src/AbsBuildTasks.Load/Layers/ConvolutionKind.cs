using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>Convolutions over any number of dimensions.</summary>
internal class ConvolutionKind : LayerKind
{
    /// <inheritdoc />
    public override bool Is(Module module) => module is Convolution { transposed: false };

    /// <inheritdoc />
    public override Parameter WeightOf(Module module) => ((Convolution)module).weight!;

    /// <inheritdoc />
    public override Parameter? BiasOf(Module module) => ((Convolution)module).bias;

    /// <inheritdoc />
    public override void Swap(Module module, Parameter? weight, Parameter? bias)
    {
        var convolution = (Convolution)module;
        Weight(convolution) = weight;
        Bias(convolution) = bias;
    }

    /// <inheritdoc />
    public override WeightLayout LayoutOf(Module layer) => new(IsTransposed: false, Groups(layer));

    /// <inheritdoc />
    public override int FilterDimensionOf(Module layer) => 1 - (int)WeightOf(layer).dim();

    /// <inheritdoc />
    public override LayerCall? CallOf(Module layer, Tensor input) => new("Conv", input.shape, 1, Sides((Convolution)layer), KernelAttributes((Convolution)layer));

    /// <summary>The kernel's sides.</summary>
    protected static long[] Sides(Convolution layer) => layer.weight!.shape[2..];

    /// <summary>How the kernel moves, as ONNX names it.</summary>
    protected static IReadOnlyList<(string Name, IReadOnlyList<long> Values)> KernelAttributes(Convolution layer)
    {
        var sides = Sides(layer);
        var dilations = ForEachSide(layer.dilation, sides.Length, 1);
        return [("strides", ForEachSide(layer.stride, sides.Length, 1)), ("dilations", dilations), ("pads", Pads(layer, sides, dilations))];
    }

    /// <summary>A value for each side, where one may stand for all.</summary>
    protected static long[] ForEachSide(long[]? values, int sides, long otherwise) =>
        values is { Length: > 0 } ? [.. Enumerable.Range(0, sides).Select(side => values[Math.Min(side, values.Length - 1)])] : [.. Enumerable.Repeat(otherwise, sides)];

    private static long[] Pads(Convolution layer, long[] sides, long[] dilations)
    {
        // By name: what keeps the input's sizes, the larger half behind.
        if (layer.padding_type == TorchSharp.Padding.Same)
        {
            long[] all = [.. sides.Zip(dilations, (side, dilation) => dilation * (side - 1))];
            return [.. all.Select(pad => pad / 2), .. all.Select(pad => pad - (pad / 2))];
        }

        var pads = ForEachSide(layer.padding, sides.Length, 0);
        return [.. pads, .. pads];
    }

    /// <summary>Groups that filters and inputs are split into.</summary>
    protected static int Groups(Module layer) => checked((int)((Convolution)layer).groups);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_weight")]
    private static extern ref Parameter? Weight(Convolution layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_bias")]
    private static extern ref Parameter? Bias(Convolution layer);
}
